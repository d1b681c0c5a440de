package target_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/internal/target"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// checkout is function checkout with versions 1, 2 and 3 and alias live on 1.
type checkout struct {
	world *awstest.World
	aws   *awstest.Lambda
	alias worker.Target
}

func openCheckout(t *testing.T, with func(*awstest.World) target.Clients) checkout {
	t.Helper()
	w := awstest.Start(t, awstest.WithoutEngines())
	l := awstest.NewLambda(awstest.Account, awstest.Region, w.Ledger(), nil)
	w.Register(l)
	l.CreateFunction("checkout", awstest.FunctionConfig{Code: "1"})
	for _, code := range []string{"1", "2", "3"} {
		l.PublishVersion("checkout", func(c *awstest.FunctionConfig) { c.Code = code })
	}
	l.CreateAlias("checkout", "live", "1")
	return checkout{w, l, openTarget(t, with(w), "lambda", target.LambdaConfig{Function: "checkout", Alias: "live"})}
}

func once(w *awstest.World) target.Clients      { return clients{w} }
func withRetry(w *awstest.World) target.Clients { return retrying{w} }

// shows is the alias in the world, read without the adapter.
func (c checkout) shows() statemachine.Split {
	state := c.aws.Alias("checkout", "live")
	split := statemachine.Split{Stable: state.FunctionVersion}
	for version, weight := range state.Weights {
		if weight > 0 {
			split.Canary, split.WeightPct = version, statemachine.Pct(100*weight)
		}
	}
	return split
}

func (c checkout) harness(t *testing.T) porttest.TargetHarness {
	t.Helper()
	const other = "arn:aws:iam::123456789012:role/other"
	return porttest.TargetHarness{
		Target: c.alias, Old: "1", New: "2", Other: "3", Fenced: true, Faults: faults(c.world),
		Resolves: map[string]string{
			"2": "2", "latest": "3", "arn:aws:lambda:us-east-1:123456789012:function:checkout:1": "1",
		},
		Invalid: []string{
			"", "$LATEST", "0", "-1", "live", "4 3", "arn:aws:lambda:us-east-1:123456789012:function:checkout",
			"arn:aws:lambda:us-east-1:123456789012:function:other:1", "arn:aws:lambda:us-east-1:123456789012:function:checkout:live",
		},
		Unknown: "44",
		Shows:   func(*testing.T) statemachine.Split { return c.shows() },
		Raw: func(t *testing.T) string {
			t.Helper()
			state := c.aws.Alias("checkout", "live")
			state.RevisionID = ""
			return pretty(t, state)
		},
		Written: func(*testing.T) int { return written(c.world, "alias") },
		Foreign: func(_ *testing.T, s statemachine.Split) {
			var weights map[string]float64
			if s.Canary != "" {
				weights = map[string]float64{s.Canary: s.WeightPct / 100}
			}
			c.aws.SetAlias("checkout", "live", s.Stable, weights)
		},
		Remove: func(*testing.T) { c.aws.DeleteAlias("checkout", "live") },
		Unready: func(*testing.T) {
			c.aws.SetProvisioned("checkout", "2", awstest.Provisioned{Requested: 5, Status: "IN_PROGRESS"})
		},
		Ready: func(*testing.T) {
			c.aws.SetProvisioned("checkout", "2", awstest.Provisioned{Requested: 5, Status: "READY"})
		},
		Unfit: func(*testing.T) {
			c.aws.DeleteVersion("checkout", "2")
			c.aws.DeleteVersion("checkout", "3")
			c.aws.PublishVersion("checkout", func(f *awstest.FunctionConfig) { f.Role = other })
		},
	}
}

func TestLambda_isATarget(t *testing.T) {
	porttest.Target(t, func(t *testing.T) porttest.TargetHarness {
		t.Helper()
		return openCheckout(t, once).harness(t)
	})
}

func TestLambda_whoseFenceStaysOnTheSameWriteIsATarget(t *testing.T) {
	porttest.Target(t, func(t *testing.T) porttest.TargetHarness {
		t.Helper()
		c := openCheckout(t, once)
		c.aws.KeepRevisionOnSameWrite(true)
		return c.harness(t)
	})
}

func (c checkout) observe(t *testing.T) (statemachine.Split, worker.Token) {
	t.Helper()
	split, token, err := c.alias.Observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return split, token
}

func (c checkout) write(t *testing.T, want worker.Want) error {
	t.Helper()
	_, token := c.observe(t)
	return c.alias.Write(t.Context(), want, token)
}

func TestLambda_tokenIsTheRevision(t *testing.T) {
	c := openCheckout(t, once)
	_, token := c.observe(t)
	if want := c.aws.Alias("checkout", "live").RevisionID; string(token) != want {
		t.Errorf("token %q, want the RevisionId %q", token, want)
	}
	c.aws.SetAlias("checkout", "live", "1", nil) // the same split, written by somebody else
	err := c.alias.Write(t.Context(), worker.Want{Split: statemachine.Split{Stable: "1", Canary: "2", WeightPct: 25}}, token)
	if !errors.Is(err, worker.ErrConflict) {
		t.Errorf("a write with the old RevisionId: %v, want a conflict", err)
	}
	if err := c.alias.Write(t.Context(), worker.Want{Split: statemachine.Split{Stable: "2"}}, ""); !errors.Is(err, worker.ErrConflict) {
		t.Errorf("a write without a fence: %v, want a conflict", err)
	}
	if got := c.shows(); got != (statemachine.Split{Stable: "1"}) {
		t.Errorf("the alias shows %s, want 1", got)
	}
}

func TestLambda_zeroWeightIsNotTold(t *testing.T) {
	c := openCheckout(t, once)
	c.aws.SetAlias("checkout", "live", "1", map[string]float64{"3": 0})
	if split, _ := c.observe(t); split != (statemachine.Split{Stable: "1"}) {
		t.Errorf("the alias shows %s, want 1", split)
	}
}

func TestLambda_markKeepsTheDescription(t *testing.T) {
	c := openCheckout(t, once)
	c.aws.KeepRevisionOnSameWrite(true)
	restore := worker.Want{Split: statemachine.Split{Stable: "1"}, Mark: "01KA/7/restore/checkout:live"}
	_, before := c.observe(t)
	for range 3 { // the same order again must move the fence again
		if err := c.write(t, restore); err != nil {
			t.Fatal(err)
		}
		_, after := c.observe(t)
		if after == before {
			t.Fatal("a marked write left the fence where it was")
		}
		before = after
	}
	if got := c.aws.Alias("checkout", "live").Description; strings.Count(got, "[serin ") != 1 {
		t.Errorf("the description is %q, want one mark", got)
	}
}

func TestLambda_latestIsTheHighestNumberOnAnyPage(t *testing.T) {
	c := openCheckout(t, once)
	want := ""
	for range 120 {
		want = c.aws.PublishVersion("checkout", func(f *awstest.FunctionConfig) { f.Code += "+" })
	}
	if got, err := c.alias.Resolve(t.Context(), "latest"); err != nil || got != want {
		t.Errorf("latest is %q, %v; want %s", got, err, want)
	}
}

func TestLambda_waitsForTheAliasesProvisionedConcurrency(t *testing.T) {
	c := openCheckout(t, once)
	c.aws.SetProvisioned("checkout", "live", awstest.Provisioned{Requested: 5, Status: "IN_PROGRESS", ReadyAfter: 1})
	step := worker.Want{Split: statemachine.Split{Stable: "1", Canary: "2", WeightPct: 5}}
	if err := c.write(t, step); !errors.Is(err, worker.ErrNotReady) || !strings.Contains(err.Error(), "checkout:live") {
		t.Errorf("while it is allocated: %v, want not ready", err)
	}
	if err := c.write(t, step); err != nil {
		t.Errorf("once it is ready: %v", err)
	}
}

func TestLambda_finalFormWaitsForProvisionedConcurrencyAndTheWayBackDoesNot(t *testing.T) {
	c := openCheckout(t, once)
	split, _ := c.observe(t)
	finding, err := c.alias.Preflight(t.Context(), worker.TargetPreflight{Shows: split, Canary: "2"})
	if err != nil {
		t.Fatal(err)
	}
	c.aws.SetProvisioned("checkout", "2", awstest.Provisioned{Requested: 5, Status: "IN_PROGRESS"})
	if err := c.write(t, worker.Want{Split: statemachine.Split{Stable: "2", Form: finding.Form}}); !errors.Is(err, worker.ErrNotReady) {
		t.Errorf("the final form: %v, want not ready", err)
	}
	if err := c.write(t, worker.Want{Split: statemachine.Split{Stable: "1", Form: finding.Form}}); err != nil {
		t.Errorf("the restore point: %v", err)
	}
}

func TestLambda_retriesOfTheSDKEndInAConflictThatIsReadBack(t *testing.T) {
	c := openCheckout(t, withRetry)
	lever := faults(c.world)
	_, token := c.observe(t)
	lost := 0
	remove := c.world.Inject(awstest.Faults{Lose: 1, Match: func(call awstest.Call) bool {
		if call.Operation != "UpdateAlias" {
			return false
		}
		lost++
		return lost == 1
	}})
	defer remove()
	want := statemachine.Split{Stable: "1", Canary: "2", WeightPct: 25}
	if err := c.alias.Write(t.Context(), worker.Want{Split: want}, token); !errors.Is(err, worker.ErrConflict) {
		t.Errorf("a write whose first answer was lost: %v, want a conflict", err)
	}
	lever.Mend(t)
	if split, _ := c.observe(t); !split.Same(want) {
		t.Errorf("the alias shows %s, want %s", split, want)
	}
}

func TestLambda_callsWhatItsPolicyNames(t *testing.T) {
	c := openCheckout(t, once)
	split, _ := c.observe(t)
	if _, err := c.alias.Resolve(t.Context(), "latest"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.alias.Preflight(t.Context(), worker.TargetPreflight{Shows: split, Canary: "2"}); err != nil {
		t.Fatal(err)
	}
	if err := c.write(t, worker.Want{Split: statemachine.Split{Stable: "1", Canary: "2", WeightPct: 5}, Mark: "m"}); err != nil {
		t.Fatal(err)
	}
	want := []string{"GetAlias", "ListVersionsByFunction", "GetFunctionConfiguration", "GetProvisionedConcurrencyConfig", "UpdateAlias"}
	if diff := cmp.Diff(want, operations(c.world)); diff != "" {
		t.Error(diff)
	}
}
