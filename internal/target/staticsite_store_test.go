package target_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/internal/target"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// shelf is a key value store with a config in it, and somebody else's key.
type shelf struct {
	page
	stores *awstest.KeyValueStore
	arn    string
}

func openShelf(t *testing.T, text string, from func(*awstest.World) target.Clients) shelf {
	t.Helper()
	s := shelf{page: page{world: awstest.Start(t, awstest.WithoutEngines())}}
	s.stores = awstest.NewKeyValueStore(awstest.Account, s.world.Ledger(), s.world.Clock())
	s.world.Register(s.stores)
	s.arn = s.stores.CreateStore(map[string]string{"canary-config.json": text, "other": "1"})
	s.target = openTarget(t, from(s.world), "staticsite", target.SiteStoreConfig{KeyValueStore: s.arn, Key: "canary-config.json"})
	return s
}

func plain(w *awstest.World) target.Clients { return clients{w} }

func (s shelf) text() string { return s.stores.Store(s.arn).Values["canary-config.json"] }

func (s shelf) shows(t *testing.T) statemachine.Split {
	t.Helper()
	return splitOf(t, s.text())
}

func (s shelf) harness() porttest.TargetHarness {
	h := s.page.harness()
	h.Shows = s.shows
	h.Raw = func(t *testing.T) string {
		t.Helper()
		state := s.stores.Store(s.arn)
		state.ETag = ""
		state.Values["canary-config.json"] = withoutRev(s.text())
		return pretty(t, state)
	}
	h.Written = func(*testing.T) int { return written(s.world, "key-value-store") }
	h.Foreign = func(_ *testing.T, split statemachine.Split) {
		s.stores.SetKey(s.arn, "canary-config.json", foreignConfig(split))
	}
	h.Remove = func(*testing.T) { s.stores.DeleteStore(s.arn) }
	h.Unfit = func(*testing.T) { s.stores.SetKey(s.arn, "canary-config.json", fullConfig()) }
	return h
}

// fullConfig has no room for a canary's name.
func fullConfig() string {
	return strings.Replace(homepage, "staff", strings.Repeat("s", 1024-len(homepage)+len("staff")), 1)
}

func TestStaticSite_inAKeyValueStoreIsATarget(t *testing.T) {
	for name, from := range map[string]func(*awstest.World) target.Clients{
		"plain": plain, "with the SDK's retries": func(w *awstest.World) target.Clients { return retrying{w} },
	} {
		t.Run(name, func(t *testing.T) {
			porttest.Target(t, func(t *testing.T) porttest.TargetHarness {
				t.Helper()
				return openShelf(t, homepage, from).harness()
			})
		})
	}
}

func TestStaticSite_inAKeyValueStoreChangesOnlyItsOwnFourMembers(t *testing.T) {
	s := openShelf(t, homepage, plain)
	restore, finding := s.release(t, 12.5)
	if finding.Lag != 0 || len(finding.Problems) != 0 {
		t.Errorf("preflight finds %+v", finding)
	}
	want := strings.NewReplacer(`"canary" : null`, `"canary" : "2026-11-20"`, `"percentage": 0.0`, `"percentage": 12.5`, `"rev":41`, `"rev":42`).Replace(homepage)
	if diff := cmp.Diff(want, s.text()); diff != "" {
		t.Errorf("at 12.5%%: %s", diff)
	}
	s.write(t, restore)
	after := s.stores.Store(s.arn)
	want = strings.Replace(homepage, `"rev":41`, `"rev":43`, 1)
	if diff := cmp.Diff(map[string]string{"canary-config.json": want, "other": "1"}, after.Values); diff != "" {
		t.Errorf("restored: %s", diff)
	}
}

// step is a forward move of the homepage's release.
func step() worker.Want {
	return worker.Want{Split: statemachine.Split{Stable: "2026-11-19", Canary: "2026-11-20", WeightPct: 5}}
}

func TestStaticSite_inAKeyValueStoreWritesPastOtherKeys(t *testing.T) {
	s := openShelf(t, homepage, plain)
	_, token, err := s.target.Observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.stores.SetKey(s.arn, "other", "2") // since it was looked at
	beside := 0
	s.world.Before(func(c awstest.Call) {
		if c.Operation == "PutKey" && beside < 2 { // and between its read and its write
			beside++
			s.stores.SetKey(s.arn, "other", strings.Repeat("3", beside))
		}
	})
	if err := s.target.Write(t.Context(), step(), token); err != nil {
		t.Fatal(err)
	}
	if got := s.shows(t); !got.Same(step().Split) || s.stores.Store(s.arn).Values["other"] != "33" {
		t.Errorf("shows %s beside %q", got, s.stores.Store(s.arn).Values["other"])
	}
	if n := written(s.world, "key-value-store"); n != 1 {
		t.Errorf("%d writes, want 1", n)
	}
}

func TestStaticSite_inAKeyValueStoreGivesWayToAWriterOfItsKey(t *testing.T) {
	s := openShelf(t, homepage, plain)
	_, token, err := s.target.Observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	edited := strings.Replace(homepage, "staff", "press", 1)
	s.world.Before(func(c awstest.Call) {
		if c.Operation == "PutKey" {
			s.stores.SetKey(s.arn, "canary-config.json", edited)
		}
	})
	if err := s.target.Write(t.Context(), step(), token); !errors.Is(err, worker.ErrConflict) {
		t.Errorf("%v, want a conflict", err)
	}
	if diff := cmp.Diff(edited, s.text()); diff != "" {
		t.Errorf("the edit was written over: %s", diff)
	}
}

func TestStaticSite_inAKeyValueStoreGivesUpWhereOthersNeverRest(t *testing.T) {
	s := openShelf(t, homepage, plain)
	_, token, err := s.target.Observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		s.stores.RefuseNext("PutKey", "ConflictException")
	}
	var call *worker.CallError
	if err := s.target.Write(t.Context(), step(), token); !errors.Is(err, worker.ErrConflict) || !errors.As(err, &call) {
		t.Errorf("%v, want a call's conflict", err)
	}
	if err := s.target.Write(t.Context(), step(), token); err != nil {
		t.Errorf("once they rest: %v", err)
	}
}

func TestStaticSite_inAKeyValueStoreSaysWhatIsWrong(t *testing.T) {
	s := openShelf(t, homepage[:len(homepage)-2], plain)
	if _, _, err := s.target.Observe(t.Context()); !errors.Is(err, worker.ErrInvalid) || !strings.Contains(err.Error(), "canary-config.json: it is no JSON") {
		t.Errorf("broken: %v", err)
	}
	s.stores.SetKey(s.arn, "canary-config.json", fullConfig())
	_, token, err := s.target.Observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.target.Write(t.Context(), step(), token); !errors.Is(err, worker.ErrInvalid) || !regexp.MustCompile(`10[0-9]{2} bytes.*1024`).MatchString(err.Error()) {
		t.Errorf("full: %v", err)
	}
	if err := s.target.Write(t.Context(), step(), ""); !errors.Is(err, worker.ErrConflict) {
		t.Errorf("without a token: %v", err)
	}
}

func TestStaticSite_inAKeyValueStoreCallsWhatItsPolicyNames(t *testing.T) {
	s := openShelf(t, homepage, plain)
	s.release(t, 5)
	if diff := cmp.Diff([]string{"DescribeKeyValueStore", "GetKey", "PutKey"}, operations(s.world)); diff != "" {
		t.Error(diff)
	}
}
