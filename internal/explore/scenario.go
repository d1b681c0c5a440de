package explore

import (
	"time"

	"github.com/serinhq/serin/statemachine"
)

// The kinds of target that the models know.
const (
	kindFenced    = "lambda"
	kindFenceless = "alb"
	kindSlow      = "front" // fenced, and slow to carry out what it was told
	alarmName     = "checkout-5xx"
	stable        = "42"
	canary        = "43"
)

// Budget is how often each thing that need not happen may happen in one run.
type Budget struct {
	// Stall lets time pass over a worker in the middle of its work, for as long as
	// it likes; without one its work takes no time.
	Stall int8
	// Crash ends a worker anywhere, its call on the way. Lost: the answer of a call
	// that was applied never comes. Fail: any call fails and was not applied. Late: a
	// write is given up on and lands within a call timeout, or never. Denied: a
	// target refuses a write. Stale: a fenced target's read tells what it showed
	// before the last write.
	Crash, Lost, Fail, Late, Denied, Stale int8
	// Outage: one table call fails. Down: the table is out for as long as it likes.
	Outage, Down int8
	// LateSave: a save is given up on and lands within a call timeout, or never.
	LateSave int8
	// Rise and Fall are the alarm's transitions; each rise sends an event.
	Rise, Fall int8
	// Dark: the alarm has no data, and none for as long as it likes.
	Dark int8
	// Again: a message comes once more after it was deleted. Lose: it never comes.
	Again, Lose int8
	// Drift: somebody sets another weight; Foreign: somebody sets another version.
	Drift, Foreign int8
	// Verbs: the operator acts. Person: somebody answers the gate by hand.
	Verbs, Person int8
	// Sweep: a worker looks at everything again. What has no release is swept for
	// without a budget.
	Sweep int8
	// Arrive: an execution comes to the gate.
	Arrive int8
}

func (b Budget) hash() uint64 {
	h := uint64(fnvOffset)
	for _, n := range []int8{b.Stall, b.Crash, b.Lost, b.Fail, b.Late, b.Denied, b.Stale, b.Outage, b.Down, b.LateSave, b.Rise, b.Fall, b.Dark, b.Again, b.Lose, b.Drift, b.Foreign, b.Verbs, b.Person, b.Sweep, b.Arrive} {
		h = mix(h, uint64(n))
	}
	return h
}

// Scenario is one model: a plan, and what may happen to it.
type Scenario struct {
	Name string
	// Says is the model in words.
	Says string
	Plan statemachine.Plan
	// Gate: the release answers a gate at its end.
	Gate bool
	// Gates is how many executions may come to it; with it nothing runs at first.
	// With no Arrive in the budget all have come.
	Gates int
	// Queued: a second release waits behind the first.
	Queued bool
	// Rival: another canary's release would move the same targets.
	Rival bool
	// Index: a worker's index may have any release for the running one.
	Index bool
	// Events: the event of a guarded deployment's start comes and makes the release.
	Events bool
	// Shows is what the targets show at first, if not all traffic on the stable version.
	Shows   statemachine.Split
	Workers int
	Budget  Budget
	Verbs   []statemachine.Verb
	// Horizon ends a run that should have ended long ago, in ticks.
	Horizon int
	// Live checks law 7 over the whole graph.
	Live bool
}

func (s Scenario) shows() statemachine.Split {
	if s.Shows.Stable == "" {
		return statemachine.Split{Stable: stable}
	}
	return s.Shows
}

// plan is a plan over targets of these kinds.
func plan(kinds []string, weights ...float64) statemachine.Plan {
	p := statemachine.Plan{
		Canary: "checkout", Definition: 1,
		Trigger:  statemachine.TriggerSpec{Kind: statemachine.TriggerManual},
		Alarms:   []statemachine.AlarmSpec{{Name: alarmName, OnNoData: statemachine.NoDataHold}},
		Deadline: 1000 * tick, PreflightWait: 6 * tick, HoldTimeout: 1000 * tick,
	}
	for i, kind := range kinds {
		name := string(rune('a'+i)) + "-" + kind
		p.Targets = append(p.Targets, statemachine.TargetSpec{Kind: kind, ID: name, Name: name, Version: canary,
			Traits: statemachine.Traits{Fenced: kind != kindFenceless}})
	}
	for _, w := range weights {
		p.Steps = append(p.Steps, statemachine.Step{WeightPct: w, Bake: tick})
	}
	return p
}

// behindGate is the plan with a gate to answer.
func behindGate(p statemachine.Plan) statemachine.Plan {
	p.Trigger = statemachine.TriggerSpec{Kind: statemachine.TriggerPipeline, Pipeline: "prod", Stage: "Canary", Action: "Gate",
		OnConsole: statemachine.ConsoleContinue}
	return p
}

func within(p statemachine.Plan, deadline time.Duration) statemachine.Plan {
	p.Deadline = deadline
	return p
}
