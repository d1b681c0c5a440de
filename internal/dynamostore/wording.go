package dynamostore

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// wording puts a write into words: it collects the names and values that its
// expressions use, each under a placeholder of its own name. Queries use the
// SDK's expression package; its trees would be half the price of a commit.
type wording struct {
	names  map[string]string
	values map[string]types.AttributeValue
}

func (w *wording) name(attribute string) string {
	if w.names == nil {
		w.names = map[string]string{}
	}
	placeholder := "#" + attribute
	w.names[placeholder] = attribute
	return placeholder
}

func (w *wording) value(as string, v types.AttributeValue) string {
	if w.values == nil {
		w.values = map[string]types.AttributeValue{}
	}
	placeholder := ":" + as
	w.values[placeholder] = v
	return placeholder
}

// condition is what must hold for a write.
type condition func(w *wording) string

// absent is the condition that there is no such item.
func absent() condition { return without(attrPK) }

func without(attribute string) condition {
	return func(w *wording) string { return "attribute_not_exists(" + w.name(attribute) + ")" }
}

// unmoved is the condition that the item is as it was read; rev 0: no item.
func unmoved(rev int64) condition {
	if rev == 0 {
		return absent()
	}
	return is(attrRev, number(rev))
}

func is(attribute string, value types.AttributeValue) condition {
	return compare(attribute, "=", value)
}

func compare(attribute, operator string, value types.AttributeValue) condition {
	return func(w *wording) string {
		return w.name(attribute) + " " + operator + " " + w.value("was_"+attribute, value)
	}
}

func allOf(conditions ...condition) condition {
	return func(w *wording) string {
		words := make([]string, len(conditions))
		for i, c := range conditions {
			words[i] = c(w)
		}
		return strings.Join(words, " AND ")
	}
}

// update sets what there is and removes what there is not, in a fixed order: a
// repeat with the same ClientRequestToken must be the same request. First come
// other things to set.
func (a attributes) update(w *wording, first ...string) string {
	set, remove := first, []string(nil)
	for _, attribute := range slices.Sorted(maps.Keys(a)) {
		if value := a[attribute]; value == nil {
			remove = append(remove, w.name(attribute))
		} else {
			set = append(set, w.name(attribute)+" = "+w.value(attribute, value))
		}
	}
	words := "SET " + strings.Join(set, ", ")
	if len(remove) > 0 {
		words += " REMOVE " + strings.Join(remove, ", ")
	}
	return words
}
