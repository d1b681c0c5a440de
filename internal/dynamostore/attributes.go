package dynamostore

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

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
	if !utf8.ValidString(s) { // most are, and this is told quickly
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return &types.AttributeValueMemberS{Value: s}
}

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// share is a weight in percent, to two decimals.
func share(weightPct float64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatFloat(statemachine.Pct(weightPct), 'f', -1, 64)}
}

// attributes are an item without its key, each named once.
type attributes []attribute

// attribute is one of an item. A nil value says that the item must not have it,
// so that an update removes what no longer holds.
type attribute struct {
	name  string
	value types.AttributeValue
}

func (a *attributes) set(name string, value types.AttributeValue) {
	*a = append(*a, attribute{name, value})
}

func (a *attributes) none(name string) { a.set(name, nil) }

// text sets what is not empty.
func (a *attributes) text(name, value string) {
	if value == "" {
		a.none(name)
		return
	}
	a.set(name, text(value))
}

func (a *attributes) number(name string, n int64) { a.set(name, number(n)) }

// at sets a time that is not zero.
func (a *attributes) at(name string, t time.Time) {
	if t.IsZero() {
		a.none(name)
		return
	}
	a.set(name, text(stamp(t)))
}

// expires sets the TTL, in whole epoch seconds.
func (a *attributes) expires(t time.Time) { a.number(attrExpiresAt, t.Unix()) }

// docOf is the whole value as JSON that people can read.
func docOf(value any) (string, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return "", fmt.Errorf("write %T as JSON: %w", value, err)
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// doc sets the whole value.
func (a *attributes) doc(value any) error {
	doc, err := docOf(value)
	a.text(attrDoc, doc)
	return err
}

// present is what there is.
func (a attributes) present() map[string]types.AttributeValue {
	there := make(map[string]types.AttributeValue, len(a)+2) // a key is two more
	for _, one := range a {
		if one.value != nil {
			there[one.name] = one.value
		}
	}
	return there
}

// item is the whole item at k.
func (a attributes) item(k key) map[string]types.AttributeValue {
	item := a.present()
	maps.Copy(item, k.item())
	return item
}
