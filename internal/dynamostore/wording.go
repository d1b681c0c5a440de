package dynamostore

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// wording puts a write into words: it collects the names and values that its
// expressions use, each under a placeholder of its own name. Queries use the
// SDK's expression package; its trees would be half the price of a commit.
type wording struct {
	names  map[string]string
	values map[string]types.AttributeValue
	// room is about how many of either there will be. What is not used stays nil:
	// DynamoDB refuses an empty list.
	room int
}

func (w *wording) name(attribute string) string {
	if w.names == nil {
		w.names = make(map[string]string, w.room)
	}
	placeholder := "#" + attribute
	w.names[placeholder] = attribute
	return placeholder
}

func (w *wording) value(as string, v types.AttributeValue) string {
	if w.values == nil {
		w.values = make(map[string]types.AttributeValue, w.room)
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

// update sets what there is and removes what there is not, in the order it was
// named: a repeat with the same ClientRequestToken must be the same request. First
// come other things to set.
func (a attributes) update(w *wording, first ...string) string {
	set, remove := clause{verb: "SET "}, clause{verb: " REMOVE "}
	for _, words := range first {
		set.add(words)
	}
	for _, one := range a {
		if one.value == nil {
			remove.add(w.name(one.name))
		} else {
			set.add(w.name(one.name), " = ", w.value(one.name, one.value))
		}
	}
	return set.String() + remove.String()
}

// clause is a verb and its list; empty if nothing is in it.
type clause struct {
	verb string
	strings.Builder
}

func (c *clause) add(words ...string) {
	if c.Len() == 0 {
		c.WriteString(c.verb)
	} else {
		c.WriteString(", ")
	}
	for _, word := range words {
		c.WriteString(word)
	}
}
