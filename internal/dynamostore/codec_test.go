package dynamostore

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

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
	for _, r := range storedReleases() {
		whole, err := attributevalue.MarshalMapJSON(someItem(f, r))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(whole)
	}
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
		first, err := releaseOf(item)
		var mind recall
		for range 2 { // what is in mind is what is read, or fails as it does
			again, failed := storedOf(item, mind.decode)
			if diff := cmp.Diff(first, again); diff != "" || (err == nil) != (failed == nil) {
				t.Errorf("from what is in mind, error %v and %v (-read +had in mind):\n%s", err, failed, diff)
			}
		}
		if err == nil {
			readsTheSame(t, first.Release)
		}
	})
}

func TestRelease_isReadAsItWasWritten(t *testing.T) {
	for _, r := range storedReleases() {
		if !readsTheSame(t, r) {
			t.Errorf("the release that is %s is not written at all", r.Phase)
		}
	}
}

// readsTheSame checks that a release is read as it is once it is written; false: it
// can't be written. The table keeps a running one's wake to the millisecond.
func readsTheSame(t *testing.T, r statemachine.Release) bool {
	t.Helper()
	doc, err := docOf(r)
	if err != nil {
		return false // a value without a word, such as phase 0
	}
	stored, err := releaseOf(head(r, doc).item(key{"pk", "sk"}))
	if err != nil {
		t.Fatalf("a release that was written can't be read: %v", err)
	}
	if r.Running() {
		r.WakeAt = r.WakeAt.Truncate(time.Millisecond)
	}
	asJSON := cmp.Transformer("JSON", func(config json.RawMessage) (value any) {
		_ = json.Unmarshal(config, &value) // it is JSON, or empty
		return value
	})
	if diff := cmp.Diff(r, stored.Release, cmpopts.EquateEmpty(), asJSON); diff != "" {
		t.Errorf("a release changes when it is written (-was +is):\n%s", diff)
	}
	return true
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
