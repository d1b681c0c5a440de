package worker_test

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap/zaptest"

	"github.com/serinhq/serin/internal/event"
	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

const (
	alias = "checkout:live"
	rule  = "arn:rule"
	alarm = "checkout-5xx"
)

// stage is a world with one canary, and workers that drive it.
type stage struct {
	*local.World
	t       *testing.T
	gate    worker.GateSpec
	workers map[string]context.CancelFunc
	ended   map[string]chan error
}

// play runs a story in a bubble of time.
func play(t *testing.T, plan statemachine.Plan, story func(s *stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &stage{World: local.NewWorld(nil), t: t, workers: map[string]context.CancelFunc{}, ended: map[string]chan error{},
			gate: worker.GateSpec{Pipeline: "checkout-prod", Stage: "Canary", Action: "Gate"}}
		defer func() {
			for id := range s.workers {
				s.stop(id)
			}
			s.Close()
		}()
		s.CreatePipeline(local.PipelineSpec{Gate: s.gate})
		s.CreateAlarm(local.AlarmSpec{Name: alarm})
		s.CreateAlias(alias, "42")
		s.PublishVersion(alias, "43")
		s.CreateRule(rule, "blue", "green")
		s.apply(plan)
		story(s)
	})
}

// short is the plan of most stories: 5 → 25 → 50 → 100 on an alias, a minute each.
func short() statemachine.Plan {
	p := statemachine.Plan{
		Canary: "checkout",
		Trigger: statemachine.TriggerSpec{Kind: statemachine.TriggerPipeline, Pipeline: "checkout-prod", Stage: "Canary",
			Action: "Gate", OnConsole: statemachine.ConsoleContinue},
		Targets:  []statemachine.TargetSpec{{Kind: local.KindLambda, ID: alias, Name: alias, Version: "#{Deploy.Version}"}},
		Alarms:   []statemachine.AlarmSpec{{Name: alarm, OnNoData: statemachine.NoDataHold}},
		Deadline: time.Hour, PreflightWait: 15 * time.Minute, HoldTimeout: 24 * time.Hour,
	}
	for _, weight := range []float64{5, 25, 50, 100} {
		p.Steps = append(p.Steps, statemachine.Step{WeightPct: weight, Bake: time.Minute})
	}
	return p
}

func (s *stage) store() worker.Catalog { return s.Client("test").Store() }

func (s *stage) apply(p statemachine.Plan) {
	s.t.Helper()
	if _, err := s.store().Apply(s.t.Context(), worker.Definition{Plan: p, AppliedBy: "test"}, 0); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) loop(id string, with ...func(*worker.Options)) *worker.Loop {
	s.t.Helper()
	c := s.Client(id)
	o := worker.Options{
		ID: id, Events: c.Events(), Commands: c.Commands(), Store: c.Store(), Targets: c.Targets(),
		Deployments: c.Deployments(), Checks: c.Checks(), Pipeline: c.Pipeline(), Alarms: c.Alarms(), Announcer: c.Announcer(), Meter: c.Meter(),
		Decoder: event.NewDecoder(event.Options{Accounts: []string{local.Account}, Regions: []string{local.Region}}),
		Log:     zaptest.NewLogger(s.t).Named(id),
	}
	for _, change := range with {
		change(&o)
	}
	l, err := worker.New(o)
	if err != nil {
		s.t.Fatal(err)
	}
	return l
}

// start runs a worker until stop or kill.
func (s *stage) start(id string, with ...func(*worker.Options)) {
	ctx, cancel := context.WithCancel(s.t.Context())
	ended := make(chan error, 1)
	l := s.loop(id, with...)
	go func() { ended <- l.Run(ctx) }()
	s.workers[id], s.ended[id] = cancel, ended
}

func (s *stage) stop(id string) {
	s.t.Helper()
	s.workers[id]()
	if err := <-s.ended[id]; err != nil {
		s.t.Errorf("worker %s: %v", id, err)
	}
	delete(s.workers, id)
}

// release starts an execution that brings a version to the gate.
func (s *stage) release(version string) (execution string) {
	execution = s.StartExecution(s.gate.Pipeline, local.RunSpec{Variables: map[string]string{"Deploy.Version": version}})
	s.Arrive(execution)
	return execution
}

// after lets time pass and everything that waits for it happen.
func (s *stage) after(d time.Duration) {
	time.Sleep(d) //nolint:forbidigo // the bubble's clock, not the wall's
	synctest.Wait()
}

// only is the canary's one release.
func (s *stage) only() statemachine.Release {
	s.t.Helper()
	all := s.all()
	if len(all) != 1 {
		s.t.Fatalf("%d releases, want 1", len(all))
	}
	return all[0]
}

// all are the canary's releases, newest first.
func (s *stage) all() []statemachine.Release {
	s.t.Helper()
	stored, err := s.store().Releases(s.t.Context(), "checkout", time.Time{})
	if err != nil {
		s.t.Fatal(err)
	}
	var all []statemachine.Release
	for _, r := range stored {
		all = append(all, r.Release)
	}
	return all
}

// wants checks how the only release ended.
func (s *stage) wants(phase statemachine.Phase) statemachine.Release {
	s.t.Helper()
	r := s.only()
	if r.Phase != phase || r.Running() {
		s.t.Errorf("release is %s, running %t, want %s and settled; failure %+v, stuck %+v", r.Phase, r.Running(), phase, r.Failure, r.Stuck)
	}
	return r
}

// showed checks what the alias showed after 42, in order.
func (s *stage) showed(want ...string) {
	s.t.Helper()
	var got []string
	for _, split := range s.Splits(alias)[1:] {
		got = append(got, split.String())
	}
	if len(got) != len(want) {
		s.t.Fatalf("alias showed %q, want %q", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			s.t.Fatalf("alias showed %q, want %q", got, want)
		}
	}
}

// answered checks that the gates were answered so, in order, each once.
func (s *stage) answered(approved ...bool) {
	s.t.Helper()
	var got []bool
	for _, c := range s.Ledger() {
		if c.What == local.Answered {
			got = append(got, c.Approved)
		}
	}
	if !slices.Equal(got, approved) {
		s.t.Errorf("gates were answered %v, want %v", got, approved)
	}
}

// verb sends a command as the command line does.
func (s *stage) verb(c worker.Command) {
	s.t.Helper()
	if c.Reason == "" {
		c.Reason = "because"
	}
	c.Actor, c.ID = "operator", c.Verb+c.Release
	c.ExpiresAt = time.Now().Add(time.Minute)
	body, err := json.Marshal(c)
	if err == nil {
		err = s.Client("operator").Commands().Send(s.t.Context(), body)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// cutOff lets a worker's k-th call and all after it fail, as if the process had
// died there: with applied, the k-th call still reached the world.
func (s *stage) cutOff(id string, k int, applied bool) {
	calls := 0
	var mu sync.Mutex
	s.Intercept(func(_ context.Context, call local.Call) local.Effect {
		if call.Client != id {
			return local.Effect{}
		}
		mu.Lock()
		defer mu.Unlock()
		calls++
		switch {
		case calls < k:
			return local.Effect{}
		case calls == k && applied:
			return local.Effect{Lost: true}
		}
		return local.Effect{Err: worker.ErrUnavailable}
	})
}
