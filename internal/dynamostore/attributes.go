package dynamostore

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/serinhq/serin/statemachine"
)

// stampLayout is how times stand in the table: UTC, fixed width, so that they
// sort as text.
const stampLayout = "2006-01-02T15:04:05.000Z"

// stamp cuts t to the millisecond.
func stamp(t time.Time) string { return t.UTC().Format(stampLayout) }

func instant(stamped string) (time.Time, error) {
	if stamped == "" {
		return time.Time{}, nil
	}
	return time.Parse(stampLayout, stamped)
}

func text(s string) types.AttributeValue {
	return &types.AttributeValueMemberS{Value: strings.ToValidUTF8(s, "\uFFFD")}
}

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// share is a weight in percent, to two decimals.
func share(weightPct float64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatFloat(statemachine.Pct(weightPct), 'f', -1, 64)}
}

// attributes are an item without its key. A nil value says that the item must
// not have the attribute, so that an update removes what no longer holds.
type attributes map[string]types.AttributeValue

func (a attributes) text(name, value string) {
	a[name] = nil
	if value != "" {
		a[name] = text(value)
	}
}

func (a attributes) number(name string, n int64) { a[name] = number(n) }

func (a attributes) at(name string, t time.Time) {
	a[name] = nil
	if !t.IsZero() {
		a[name] = text(stamp(t))
	}
}

// expires sets the TTL, in whole epoch seconds.
func (a attributes) expires(t time.Time) { a.number(attrExpiresAt, t.Unix()) }

// doc sets the whole value as JSON that people can read.
func (a attributes) doc(value any) error {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return fmt.Errorf("write %T as JSON: %w", value, err)
	}
	a.text(attrDoc, strings.TrimSuffix(buf.String(), "\n"))
	return nil
}

// present is what there is.
func (a attributes) present() map[string]types.AttributeValue {
	there := maps.Clone(a)
	maps.DeleteFunc(there, func(_ string, v types.AttributeValue) bool { return v == nil })
	return there
}

// item is the whole item at k.
func (a attributes) item(k key) map[string]types.AttributeValue {
	item := a.present()
	maps.Copy(item, k.item())
	return item
}
