package bench_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/serinhq/serin/internal/awstest"
)

// table is a DynamoDB of one table, in memory, that answers at once: the calls Serin makes, with their conditions, and
// what they would cost.
type table struct {
	mu    sync.Mutex
	items map[string]map[string]*row // by pk, sk
	// index is by-wake, by primary key.
	wake map[string]*row
	cost units
}

// item is one as the wire has it, attribute by attribute.
type item map[string]json.RawMessage

// row is an item and its encoding, and its places in table and index.
type row struct {
	item       item
	text       []byte
	byKey, due string
}

func newRow(i item) *row {
	pk, sk := textOf(i["pk"]), textOf(i["sk"])
	key := pk + "\x00" + sk
	return &row{item: i, text: encode(i), byKey: key, due: textOf(i["wake_at"]) + "\x00" + key}
}

func newTable() *table {
	return &table{items: map[string]map[string]*row{}, wake: map[string]*row{}}
}

// textOf is the value of a text attribute.
func textOf(raw json.RawMessage) string {
	if inner, found := bytes.CutPrefix(raw, []byte(`{"S":"`)); found && bytes.IndexByte(inner, '\\') < 0 {
		return string(inner[:len(inner)-len(`"}`)])
	}
	var v struct{ S, N string }
	_ = json.Unmarshal(raw, &v) // none: ""
	return v.S + v.N
}

func (*table) Service() string                            { return "dynamodb" }
func (*table) Operation(r *http.Request, _ []byte) string { return wireOperation(r) }

// request is every call's input.
type request struct {
	Key                       item
	Item                      item
	IndexName                 string
	ConsistentRead            bool
	ScanIndexForward          *bool
	Limit                     int
	ConditionExpression       string
	UpdateExpression          string
	KeyConditionExpression    string
	FilterExpression          string
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues item
	ExclusiveStartKey         item
	TransactItems             []struct{ Put, Update, ConditionCheck *request }
}

func (t *table) Serve(c awstest.Call) awstest.Answer {
	var in request
	if err := json.Unmarshal(c.Body, &in); err != nil {
		return refused("SerializationException", nil)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	switch c.Operation {
	case "GetItem":
		return t.get(in)
	case "PutItem", "UpdateItem":
		return t.write(in)
	case "TransactWriteItems":
		return t.transact(in)
	case "Query":
		return t.query(in)
	}
	return refused("UnknownOperationException", nil)
}

func refused(kind string, more map[string]any) awstest.Answer {
	body := map[string]any{"__type": "com.amazonaws.dynamodb.v20120810#" + kind}
	maps.Copy(body, more)
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	a := jsonAnswer(text)
	a.Status = http.StatusBadRequest
	return a
}

func (t *table) find(k item) *row { return t.items[textOf(k["pk"])][textOf(k["sk"])] }

func (t *table) get(in request) awstest.Answer {
	r := t.find(in.Key)
	t.cost.read(r.size(), in.ConsistentRead)
	if r == nil {
		return jsonAnswer([]byte("{}"))
	}
	return jsonAnswer(slices.Concat([]byte(`{"Item":`), r.text, []byte("}")))
}

func (t *table) write(in request) awstest.Answer {
	fresh, failed := t.prepare(in)
	if failed != nil {
		return refused("ConditionalCheckFailedException", map[string]any{"Item": failed.item})
	}
	t.put(fresh, 1)
	return jsonAnswer([]byte("{}"))
}

func (t *table) transact(in request) awstest.Answer {
	var all []item
	var reasons []map[string]any
	ok := true
	for _, part := range in.TransactItems {
		one := part.Put
		if one == nil {
			one = part.Update
		}
		fresh, failed := t.prepare(*one)
		reason := map[string]any{"Code": "None"}
		if failed != nil {
			ok = false
			reason = map[string]any{"Code": "ConditionalCheckFailed", "Item": failed.item}
		}
		all, reasons = append(all, fresh), append(reasons, reason)
	}
	if !ok {
		return refused("TransactionCanceledException", map[string]any{"CancellationReasons": reasons})
	}
	for _, fresh := range all {
		t.put(fresh, 2)
	}
	return jsonAnswer([]byte("{}"))
}

// prepare is the item a write would leave, or what its condition met.
func (t *table) prepare(in request) (fresh item, failed *row) {
	k := in.Key
	if k == nil {
		k = in.Item
	}
	was := t.find(k)
	if was == nil {
		was = &row{item: item{}}
	}
	e := env{in.ExpressionAttributeNames, in.ExpressionAttributeValues, was.item}
	if in.ConditionExpression != "" && !e.holds(in.ConditionExpression) {
		return nil, was
	}
	if in.Item != nil {
		return in.Item, nil
	}
	fresh = maps.Clone(was.item)
	maps.Copy(fresh, in.Key)
	e.update(in.UpdateExpression, fresh)
	return fresh, nil
}

func (t *table) put(fresh item, factor float64) {
	pk, sk := textOf(fresh["pk"]), textOf(fresh["sk"])
	partition := t.items[pk]
	if partition == nil {
		partition = map[string]*row{}
		t.items[pk] = partition
	}
	r := newRow(fresh)
	t.cost.write(partition[sk], r, factor)
	partition[sk] = r
	if fresh["wake_shard"] != nil {
		t.wake[pk+"\x00"+sk] = r
	} else {
		delete(t.wake, pk+"\x00"+sk)
	}
}

func encode(i item) []byte {
	var b bytes.Buffer
	b.WriteByte('{')
	for name, value := range i {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + name + `":`)
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes()
}

// query reads a partition in the order of its sort key, a megabyte a page.
func (t *table) query(in request) awstest.Answer {
	rows, by := t.wake, "wake_at"
	place := func(r *row) string { return r.due }
	if in.IndexName == "" {
		e := env{in.ExpressionAttributeNames, in.ExpressionAttributeValues, nil}
		rows, by = t.items[e.partition(in.KeyConditionExpression)], "sk"
		place = func(r *row) string { return r.byKey }
	}
	var found []*row
	for _, r := range rows {
		e := env{in.ExpressionAttributeNames, in.ExpressionAttributeValues, r.item}
		if e.holds(in.KeyConditionExpression) && (in.FilterExpression == "" || e.holds(in.FilterExpression)) {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, func(a, b *row) int { return strings.Compare(place(a), place(b)) })
	if in.ScanIndexForward != nil && !*in.ScanIndexForward {
		slices.Reverse(found)
	}
	var page [][]byte
	size, cut, last, after := 0, false, item(nil), ""
	if in.ExclusiveStartKey != nil {
		after = place(newRow(in.ExclusiveStartKey))
	}
	for _, r := range found {
		if after != "" && place(r) <= after {
			continue
		}
		size += r.size()
		if cut = size > 1<<20 || in.Limit > 0 && len(page) == in.Limit; cut {
			break
		}
		page = append(page, r.text)
		last = item{"pk": r.item["pk"], "sk": r.item["sk"], by: r.item[by]}
		if in.IndexName != "" {
			last["wake_shard"] = r.item["wake_shard"]
		}
	}
	t.cost.read(size, in.ConsistentRead)
	end := "]}"
	if cut {
		end = `],"LastEvaluatedKey":` + string(encode(last)) + "}"
	}
	return jsonAnswer(slicesJoin(`{"Items":[`, page, end))
}

// size is about what DynamoDB counts: names and values.
func (r *row) size() int {
	if r == nil {
		return 0
	}
	n := 0
	for name, value := range r.item {
		n += len(name) + max(0, len(value)-len(`{"S":""}`))
	}
	return n
}

// multiply makes n of what there is of the first canary.
func (t *table) multiply(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var first []*row
	for _, partition := range t.items {
		for _, r := range partition {
			if bytes.Contains(r.text, []byte(canaryName(0))) {
				first = append(first, r)
			}
		}
	}
	for i := 1; i < n; i++ {
		other := strings.NewReplacer(canaryName(0), canaryName(i), releaseID(0), releaseID(i))
		for _, r := range first {
			var fresh item
			if err := json.Unmarshal([]byte(other.Replace(string(r.text))), &fresh); err != nil {
				panic(err)
			}
			t.put(fresh, 1)
		}
	}
}
