package local_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func openLive(t *testing.T, client *local.Client) worker.Target {
	t.Helper()
	target, err := client.Targets().Open(statemachine.TargetSpec{Kind: local.KindLambda, ID: "live"})
	if err != nil {
		t.Fatal(err)
	}
	return target
}

func newLive(t *testing.T) (*local.World, *local.Client, worker.Target) {
	t.Helper()
	w, client, _ := open(t)
	w.CreateAlias("live", "42")
	w.PublishVersion("live", "43")
	return w, client, openLive(t, client)
}

func want(weightPct float64) worker.Want {
	return worker.Want{Split: statemachine.Split{Stable: "42", Canary: "43", WeightPct: weightPct}}
}

func tokenOf(t *testing.T, target worker.Target) worker.Token {
	t.Helper()
	_, token, err := target.Observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestWorld_keepsALedgerOfWhoWroteWhat(t *testing.T) {
	w, _, target := newLive(t)
	if err := target.Write(t.Context(), want(5), tokenOf(t, target)); err != nil {
		t.Fatal(err)
	}
	w.Move(local.KindLambda, "live", want(7).Split)
	got := w.Applied(local.Showed, "live")
	expected := []local.Change{
		{N: 1, What: local.Showed, Resource: "live", Split: statemachine.Split{Stable: "42"}},
		{N: 2, By: "worker-1", What: local.Showed, Resource: "live", Split: want(5).Split},
		{N: 3, What: local.Showed, Resource: "live", Split: want(7).Split},
	}
	if diff := cmp.Diff(expected, got, cmpopts.IgnoreFields(local.Change{}, "At")); diff != "" {
		t.Errorf("ledger (-want +got):\n%s", diff)
	}
	splits := []statemachine.Split{{Stable: "42"}, want(5).Split, want(7).Split}
	if diff := cmp.Diff(splits, w.Splits("live")); diff != "" {
		t.Errorf("splits (-want +got):\n%s", diff)
	}
}

func TestWorld_aWriteOfACallerThatGaveUpLandsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _, target := newLive(t)
		token := tokenOf(t, target)
		w.Intercept(local.First(1, local.On("lambda:UpdateAlias", local.Effect{Delay: 8 * time.Second})))
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if err := target.Write(ctx, want(25), token); !errors.Is(err, worker.ErrUnavailable) {
			t.Fatalf("got error %v, want unavailable", err)
		}
		if n := len(w.Splits("live")); n != 1 {
			t.Fatalf("%d splits before the call arrived", n)
		}
		elapse(t, 4*time.Second)
		if got := w.Shows(local.KindLambda, "live"); got != want(25).Split {
			t.Errorf("shows %s, want what was written", got)
		}
	})
}

func TestWorld_aLateWriteMeetsTheFenceThatHasMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _, target := newLive(t)
		token := tokenOf(t, target)
		w.Intercept(local.First(1, local.On("lambda:UpdateAlias", local.Effect{Delay: 8 * time.Second})))
		result := make(chan error, 1)
		go func() { result <- target.Write(t.Context(), want(25), token) }()
		elapse(t, time.Second)
		if err := target.Write(t.Context(), want(0), token); err != nil {
			t.Fatal(err)
		}
		if err := <-result; !errors.Is(err, worker.ErrConflict) {
			t.Errorf("got error %v, want conflict", err)
		}
	})
}

func TestWorld_closedLetsCallsOnTheirWayVanish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := local.NewWorld(nil)
		w.CreateAlias("live", "42")
		w.PublishVersion("live", "43")
		target := openLive(t, w.Client("worker-1"))
		token := tokenOf(t, target)
		w.Intercept(local.On("lambda:UpdateAlias", local.Effect{Delay: time.Hour}))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := target.Write(ctx, want(25), token); err == nil {
			t.Fatal("no error")
		}
		w.Close()
		if got := w.Splits("live"); len(got) != 1 {
			t.Errorf("splits %v, want the first only", got)
		}
	})
}

func TestWorld_interceptsTheCallsOfOneClient(t *testing.T) {
	w, _, target := newLive(t)
	other := openLive(t, w.Client("worker-2"))
	var seen []local.Call
	end := w.Intercept(func(_ context.Context, call local.Call) local.Effect {
		seen = append(seen, call)
		if call.Client == "worker-2" {
			return local.Effect{Err: worker.ErrThrottled}
		}
		return local.Effect{}
	})
	tokenOf(t, target)
	_, _, err := other.Observe(t.Context())
	if !errors.Is(err, worker.ErrThrottled) {
		t.Errorf("got error %v, want throttled", err)
	}
	end()
	tokenOf(t, other)
	expected := []local.Call{
		{N: 1, Client: "worker-1", Name: "lambda:GetAlias", Resource: "live"},
		{N: 2, Client: "worker-2", Name: "lambda:GetAlias", Resource: "live"},
	}
	if diff := cmp.Diff(expected, seen); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestAlias_readsLagBehindAWrite(t *testing.T) {
	w, _, target := newLive(t)
	before := tokenOf(t, target)
	if err := target.Write(t.Context(), want(5), before); err != nil {
		t.Fatal(err)
	}
	w.Lag("live", 1)
	split, token, err := target.Observe(t.Context())
	if err != nil || token != before || split.Canary != "" {
		t.Errorf("read %s with token %s, %v; want what was before", split, token, err)
	}
	if tokenOf(t, target) == before {
		t.Error("the second read lags too")
	}
}

func TestPipeline_anExecutionWaitsForTheStageAndANewerOneOvertakesIt(t *testing.T) {
	w, client, _ := open(t)
	w.CreatePipeline(local.PipelineSpec{Gate: gateSpec()})
	var ids []string
	for range 3 {
		id := w.StartExecution("checkout-prod", local.RunSpec{})
		w.Arrive(id)
		ids = append(ids, id)
	}
	first, _ := w.Gate(ids[0])
	w.Decide(first, "ann", false, "")
	waiting, err := client.Pipeline().Waiting(t.Context(), gateSpec())
	if err != nil || len(waiting) != 1 || waiting[0].Execution != ids[2] {
		t.Errorf("waiting %+v, %v; want the third execution only", waiting, err)
	}
	if _, opened := w.Gate(ids[1]); opened {
		t.Error("the overtaken execution's gate opened")
	}
}
