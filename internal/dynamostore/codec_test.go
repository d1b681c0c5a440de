package dynamostore

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func someRelease() statemachine.Release {
	begun := time.Date(2026, 11, 23, 2, 14, 0, 123456789, time.UTC)
	r := statemachine.New(statemachine.Spec{
		ID: "01KAY000000000000000000001", Kind: statemachine.Forward, Version: "43",
		Plan:    statemachine.Plan{Canary: "checkout", Definition: 1, Trigger: statemachine.TriggerSpec{Kind: statemachine.TriggerManual}},
		Trigger: statemachine.Trigger{Kind: statemachine.TriggerManual, Source: "manual#checkout", Key: "cmd-1", At: begun},
	}, begun)
	r.Phase = statemachine.Preflight
	r.WakeAt = begun
	return r
}

func someItem(tb testing.TB, r statemachine.Release) map[string]types.AttributeValue {
	tb.Helper()
	doc, err := docOf(r)
	if err != nil {
		tb.Fatal(err)
	}
	return head(r, doc).item(releaseKey(worker.Ref{Canary: r.Canary, ID: r.ID}))
}

// FuzzItemCodec: an item may be of a newer serin, or edited by hand. Reading it
// never panics, and what can be read is written and read the same.
func FuzzItemCodec(f *testing.F) {
	whole, err := attributevalue.MarshalMapJSON(someItem(f, someRelease()))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte(`{"pk":{"S":"CANARY#checkout"},"schema":{"N":"2"},"rev":{"S":"one"},"doc":{"NULL":true}}`))
	f.Add([]byte(`{"schema":{"N":"1"},"doc":{"S":"{\"phase\":\"elsewhere\"}"},"wake_at":{"S":"soon"},"targets":{"L":[]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		item, err := attributevalue.UnmarshalMapJSON(data)
		if err != nil {
			return
		}
		for _, read := range []func(map[string]types.AttributeValue) error{
			func(i map[string]types.AttributeValue) error { _, err := dueOf(i); return err },
			func(i map[string]types.AttributeValue) error { _, err := entryOf(i); return err },
			func(i map[string]types.AttributeValue) error { _, err := definitionOf(i); return err },
			func(i map[string]types.AttributeValue) error { _, err := workerOf(i); return err },
		} {
			_ = read(item) // must not panic, whatever it says
		}
		if first, err := releaseOf(item); err == nil {
			readsTheSame(t, first.Release)
		}
	})
}

// readsTheSame checks that a release, once it is in the form the table gives it,
// stays as it is.
func readsTheSame(t *testing.T, r statemachine.Release) {
	t.Helper()
	var reads []statemachine.Release
	for range 2 {
		doc, err := docOf(r)
		if err != nil {
			return // a value without a word, such as phase 0
		}
		stored, err := releaseOf(head(r, doc).item(key{"pk", "sk"}))
		if err != nil {
			t.Fatalf("a release that was written can't be read: %v", err)
		}
		r = stored.Release
		reads = append(reads, r)
	}
	if diff := cmp.Diff(reads[0], reads[1]); diff != "" {
		t.Errorf("a release changes each time it is written:\n%s", diff)
	}
}

func TestReleaseOf_refusesWhatDoesNotBelongTogether(t *testing.T) {
	for name, change := range map[string]func(map[string]types.AttributeValue){
		"no schema":      func(i map[string]types.AttributeValue) { delete(i, "schema") },
		"another rev":    func(i map[string]types.AttributeValue) { i[attrRev] = number(7) },
		"another canary": func(i map[string]types.AttributeValue) { i["canary"] = text("orders") },
		"no doc":         func(i map[string]types.AttributeValue) { delete(i, attrDoc) },
		"a wake in words": func(i map[string]types.AttributeValue) {
			i[attrWakeAt] = text("soon")
		},
		"a phase nobody knows": func(i map[string]types.AttributeValue) {
			i[attrDoc] = text(`{"schema":1,"canary":"checkout","id":"01KAY000000000000000000001","rev":1,"phase":"elsewhere"}`)
		},
	} {
		item := someItem(t, someRelease())
		change(item)
		if got, err := releaseOf(item); err == nil || errors.Is(err, worker.ErrNewerSchema) {
			t.Errorf("%s: read as %v, error %v", name, got.Release.Phase, err)
		}
	}
}
