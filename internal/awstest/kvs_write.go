package awstest

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
)

// What a store may hold (AWS note 3.7).
const (
	storeKeyMost   = 512
	storeValueMost = 1024
	storeMost      = 5 << 20
	storeCallKeys  = 50
	storeCallMost  = 3 << 20
)

// keyValueStore is one store.
type keyValueStore struct {
	arn     string
	now     StoreState
	created int64
	changed int64
}

func (s *keyValueStore) size() (bytes int) {
	for key, value := range s.now.Values {
		bytes += len(key) + len(value)
	}
	return bytes
}

// counted words the answer of a write, or the counts of a read.
func (s *keyValueStore) counted(more map[string]any) restReply {
	body := map[string]any{"ItemCount": len(s.now.Values), "TotalSizeInBytes": s.size()}
	maps.Copy(body, more)
	return restReply{header: http.Header{"Etag": {s.now.ETag}}, body: body}
}

func (*KeyValueStore) describe(s *keyValueStore, _ storeRequest) restReply {
	return s.counted(map[string]any{"KvsARN": s.arn, "Created": s.created, "LastModified": s.changed, "Status": "READY"})
}

func (*KeyValueStore) getKey(s *keyValueStore, req storeRequest) restReply {
	value, ok := s.now.Values[req.key]
	if !ok {
		return restReply{refused: storeNotFound("Key was not found: " + req.key)}
	}
	reply := s.counted(map[string]any{"Key": req.key, "Value": value})
	reply.header = nil // a key's answer carries no ETag
	return reply
}

func (*KeyValueStore) listKeys(s *keyValueStore, req storeRequest) restReply {
	size := 10
	if asked := req.query.Get("MaxResults"); asked != "" {
		n, err := strconv.Atoi(asked)
		if err != nil || n < 1 || n > 50 {
			return restReply{refused: storeInvalid("MaxResults must be between 1 and 50")}
		}
		size = n
	}
	got, next, ok := page(slices.Sorted(maps.Keys(s.now.Values)), req.query.Get("NextToken"), size)
	if !ok {
		return restReply{refused: storeInvalid("NextToken is not valid")}
	}
	items := []map[string]string{}
	for _, key := range got {
		items = append(items, map[string]string{"Key": key, "Value": s.now.Values[key]})
	}
	body := map[string]any{"Items": items}
	if next != "" {
		body["NextToken"] = next
	}
	return restReply{body: body}
}

func (k *KeyValueStore) putKey(s *keyValueStore, req storeRequest) restReply {
	var ask struct{ Value *string }
	if refused := req.ask(&ask); refused != nil {
		return restReply{refused: refused}
	}
	if ask.Value == nil {
		return restReply{refused: storeInvalid("Value is required")}
	}
	return k.change(s, req, map[string]string{req.key: *ask.Value}, nil)
}

func (k *KeyValueStore) deleteKey(s *keyValueStore, req storeRequest) restReply {
	return k.change(s, req, nil, []string{req.key})
}

// updateKeys is all or nothing.
func (k *KeyValueStore) updateKeys(s *keyValueStore, req storeRequest) restReply {
	var ask struct {
		Puts    []struct{ Key, Value string }
		Deletes []struct{ Key string }
	}
	if refused := req.ask(&ask); refused != nil {
		return restReply{refused: refused}
	}
	puts, size := map[string]string{}, 0
	var deletes []string
	for _, p := range ask.Puts {
		puts[p.Key] = p.Value
		size += len(p.Key) + len(p.Value)
	}
	for _, d := range ask.Deletes {
		deletes = append(deletes, d.Key)
	}
	switch named := len(ask.Puts) + len(ask.Deletes); {
	case named > storeCallKeys || size > storeCallMost:
		return restReply{refused: storeInvalid("An update can have at most 50 keys and 3 MB")}
	case named == 0:
		return restReply{refused: storeInvalid("An update must put or delete a key")}
	}
	return k.change(s, req, puts, deletes)
}

// change compares the fence, checks the limits and applies everything.
func (k *KeyValueStore) change(s *keyValueStore, req storeRequest, puts map[string]string, deletes []string) restReply {
	refused := s.refusal(req, puts, deletes)
	want := StoreState{Values: maps.Clone(s.now.Values)}
	for _, key := range deletes {
		delete(want.Values, key)
	}
	maps.Copy(want.Values, puts)
	if refused == nil && (&keyValueStore{now: want}).size() > storeMost {
		refused = refuse(http.StatusPaymentRequired, "ServiceQuotaExceededException", "A key value store can hold at most 5 MB")
	}
	if refused != nil {
		return restReply{refused: refused}
	}
	k.put(req.actor, s, want)
	return s.counted(nil)
}

func (s *keyValueStore) refusal(req storeRequest, puts map[string]string, deletes []string) *refusal {
	if req.ifMatch == "" {
		return storeInvalid("If-Match is required")
	}
	if req.ifMatch != s.now.ETag {
		return refuse(http.StatusConflict, "ConflictException", "The If-Match version does not match the version of the key value store")
	}
	for key, value := range puts {
		if key == "" || len(key) > storeKeyMost || len(value) > storeValueMost {
			return storeInvalid("A key can have at most 512 bytes, a value at most 1 KB")
		}
	}
	for _, key := range deletes {
		if _, ok := s.now.Values[key]; !ok {
			return storeNotFound("Key was not found: " + key)
		}
	}
	return nil
}

// put makes want the store's state under a new ETag, also when nothing differs, and enters it in the ledger.
func (k *KeyValueStore) put(actor string, s *keyValueStore, want StoreState) {
	want.ETag = s.now.ETag
	if !maps.Equal(want.Values, s.now.Values) || want.ETag == "" || !k.sameTag {
		want.ETag = "KV" + k.ids.hash("kvs")[:12]
	}
	s.now, s.changed = want, k.clock().Unix()
	k.ledger.Append(actor, "key-value-store", s.arn, want.clone())
}

func (s StoreState) clone() StoreState {
	s.Values = maps.Clone(s.Values)
	return s
}
