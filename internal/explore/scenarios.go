package explore

import "github.com/serinhq/serin/statemachine"

// Scenarios are the models of the full exploration: each is small enough to be
// seen whole, and together they hold every fault beside every law it can break.
func Scenarios() []Scenario {
	all := append(loopScenarios(), peopleScenarios()...)
	all = append(all, othersScenarios()...)
	all = append(all, guardedScenarios()...)
	all = append(all, failScenarios()...)
	all = append(all, slowScenarios()...)
	for i := range all {
		if all[i].Workers == 0 {
			all[i].Workers = 2
		}
		all[i].Horizon = 80
		all[i].Live = true
	}
	return all
}

func fenced() []string    { return []string{kindFenced} }
func fenceless() []string { return []string{kindFenceless} }

// loopScenarios are about what may happen to a worker.
func loopScenarios() []Scenario {
	return []Scenario{
		{Name: "lambda/alarm", Says: "a fenced target, three steps, an alarm that comes and goes",
			Plan: plan(fenced(), 25, 50, 100), Budget: Budget{Rise: 1, Fall: 1}},
		{Name: "alb/alarm", Says: "a fence-less target, three steps, an alarm that comes and goes",
			Plan: plan(fenceless(), 25, 50, 100), Budget: Budget{Rise: 1, Fall: 1}},
		{Name: "lambda/crash", Says: "a fenced target, three steps, an alarm, a crash",
			Plan: plan(fenced(), 25, 50, 100), Budget: Budget{Rise: 1, Crash: 1}},
		{Name: "alb/crash", Says: "a fence-less target, three steps, an alarm, a crash",
			Plan: plan(fenceless(), 25, 50, 100), Budget: Budget{Rise: 1, Crash: 1}},
		{Name: "lambda/late", Says: "a fenced target, an alarm, a crash, a write that lands late or never",
			Plan: plan(fenced(), 25), Budget: Budget{Rise: 1, Late: 1, Crash: 1}},
		{Name: "alb/late", Says: "a fence-less target, an alarm, a crash, a write that lands late or never",
			Plan: plan(fenceless(), 25), Budget: Budget{Rise: 1, Late: 1, Crash: 1}},
		{Name: "alb/late2", Says: "a fence-less target, two writes that land late or never",
			Plan: plan(fenceless(), 25, 50, 100), Budget: Budget{Late: 2, Crash: 1}},
		{Name: "lambda/stall", Says: "a fenced target, an alarm, a worker that stands still for as long as it likes",
			Plan: plan(fenced(), 25), Budget: Budget{Rise: 1, Stall: 1}},
		{Name: "alb/stall", Says: "a fence-less target, an alarm, a worker that stands still for as long as it likes",
			Plan: plan(fenceless(), 25), Budget: Budget{Rise: 1, Stall: 1}},
		{Name: "lambda/lost", Says: "a fenced target, an alarm, an answer that is lost",
			Plan: plan(fenced(), 25), Budget: Budget{Rise: 1, Lost: 1}},
		{Name: "lambda/late-save", Says: "a fenced target, an alarm, a save that lands late or never",
			Plan: plan(fenced(), 25), Budget: Budget{Rise: 1, LateSave: 1}},
		{Name: "lambda/outage", Says: "a fenced target, an alarm, a table that does not answer twice",
			Plan: plan(fenced(), 25), Budget: Budget{Rise: 1, Outage: 2}},
		{Name: "lambda/down", Says: "a fenced target, an alarm, a table that is out for as long as it likes",
			Plan: plan(fenced(), 25), Budget: Budget{Rise: 1, Down: 1}},
		{Name: "lambda/index", Says: "a second release waits; an alarm, and workers whose routing index has either release, or none, for the running one",
			Plan: plan(fenced(), 25), Queued: true, Index: true, Budget: Budget{Rise: 1}},
		{Name: "lambda/lose", Says: "an alarm that comes and goes, and its event is lost",
			Plan: plan(fenced(), 25), Budget: Budget{Rise: 1, Fall: 1, Lose: 1}},
		{Name: "lambda/adopt", Says: "adopt: the target shows two versions at first; an alarm, a crash",
			Plan: adopting(plan(fenced(), 25)), Shows: statemachine.Split{Stable: stable, Canary: canary, WeightPct: 10}, Budget: Budget{Rise: 1, Crash: 1}},
		{Name: "lambda/denied", Says: "a fenced target, an alarm, a write that is denied, a crash",
			Plan: plan(fenced(), 25), Budget: Budget{Rise: 1, Denied: 1, Crash: 1}},
		{Name: "lambda/stale", Says: "a fenced target whose reads may tell what it showed before, an alarm",
			Plan: within(plan(fenced(), 25), 20*tick), Budget: Budget{Rise: 1, Stale: 1}},
		{Name: "lambda/again", Says: "an ALARM that comes twice or late, a sweep",
			Plan: plan(fenced(), 25), Budget: Budget{Rise: 1, Again: 1, Sweep: 1}},
		{Name: "both/alarm", Says: "two targets in lock-step, one without a fence; an alarm, a crash",
			Plan: plan([]string{kindFenced, kindFenceless}, 25), Budget: Budget{Rise: 1, Crash: 1}},
	}
}

// peopleScenarios are about operators and whoever stands at the gate.
func peopleScenarios() []Scenario {
	approval := plan(fenced(), 25)
	approval.Steps = append(approval.Steps, statemachine.Step{Approval: &statemachine.Approval{Timeout: 4 * tick, OnTimeout: statemachine.TimeoutRollback}})
	return []Scenario{
		{Name: "lambda/promote", Says: "an operator who promotes, a late write",
			Plan: plan(fenced(), 25, 100), Budget: Budget{Verbs: 1, Late: 1}, Verbs: verbs(statemachine.VerbPromote)},
		{Name: "alb/promote", Says: "an operator who promotes, a late write, no fence",
			Plan: plan(fenceless(), 25, 100), Budget: Budget{Verbs: 1, Late: 1}, Verbs: verbs(statemachine.VerbPromote)},
		{Name: "lambda/held", Says: "an operator who pauses and maybe resumes, a hold and a deadline that end",
			Plan: held(), Budget: Budget{Verbs: 2}, Verbs: verbs(statemachine.VerbPause, statemachine.VerbResume)},
		{Name: "lambda/held-alarm", Says: "an operator who pauses, an alarm, a hold and a deadline that end",
			Plan: held(), Budget: Budget{Verbs: 1, Rise: 1}, Verbs: verbs(statemachine.VerbPause)},
		{Name: "lambda/verbs", Says: "an operator who rolls back, promotes or pauses; the command comes twice",
			Plan: held(), Budget: Budget{Verbs: 1, Again: 1}, Verbs: verbs(statemachine.VerbRollback, statemachine.VerbPromote, statemachine.VerbPause)},
		{Name: "lambda/approval", Says: "an approval step, an operator who approves, rejects or does nothing, an alarm",
			Plan: approval, Budget: Budget{Verbs: 1, Rise: 1}, Verbs: verbs(statemachine.VerbApprove, statemachine.VerbReject)},
		{Name: "gate/person", Says: "a gate, and a person at it, whose event comes late or never",
			Plan: behindGate(plan(fenced(), 25)), Gate: true, Budget: Budget{Person: 1}},
		{Name: "gate/person-alarm", Says: "a gate, and a person at it, whose event comes late or never; an alarm",
			Plan: behindGate(plan(fenced(), 100)), Gate: true, Budget: Budget{Person: 1, Rise: 1}},
		{Name: "gate/late", Says: "a gate whose answer may be on its way or lost, an alarm",
			Plan: behindGate(plan(fenced(), 25)), Gate: true, Budget: Budget{Late: 1, Rise: 1}},
		{Name: "gate/crash", Says: "a gate, an alarm, a crash",
			Plan: behindGate(plan(fenced(), 25)), Gate: true, Budget: Budget{Crash: 1, Rise: 1}},
	}
}

// held is a plan whose hold and deadline end soon.
func held() statemachine.Plan {
	p := within(plan(fenced(), 25), 6*tick)
	p.HoldTimeout = 3 * tick
	return p
}

func verbs(v ...statemachine.Verb) []statemachine.Verb { return v }

func adopting(p statemachine.Plan) statemachine.Plan {
	p.Adopt = true
	return p
}

// guardedScenarios are about a deployment that AWS itself shifts.
func guardedScenarios() []Scenario {
	asks := behindDeployment()
	asks.Steps[0] = statemachine.Step{At: statemachine.PointReady, Approval: &statemachine.Approval{Timeout: 3 * tick, OnTimeout: statemachine.TimeoutRollback}}
	return []Scenario{
		{Name: "guarded/alarm", Says: "a deployment that AWS shifts, with a bake at both of its points; an alarm that comes and goes",
			Plan: behindDeployment(), Budget: Budget{Rise: 1, Fall: 1}},
		{Name: "guarded/crash", Says: "the same; a deadline, a crash",
			Plan: within(behindDeployment(), 5*tick), Budget: Budget{Crash: 1}},
		{Name: "guarded/late", Says: "the same; a deadline, a stop or a continue that lands late or never, an answer that is lost",
			Plan: within(behindDeployment(), 5*tick), Budget: Budget{Late: 1, Lost: 1}},
		{Name: "guarded/person", Says: "an approval at the first point, an operator who approves, promotes, rolls back or does nothing",
			Plan: asks, Budget: Budget{Verbs: 1}, Verbs: verbs(statemachine.VerbApprove, statemachine.VerbPromote, statemachine.VerbRollback)},
		{Name: "guarded/events", Says: "the event of the deployment's start makes the release; it is lost, a sweep finds it",
			Plan: within(behindDeployment(), 5*tick), Events: true, Budget: Budget{Lose: 1, Sweep: 1}},
		{Name: "guarded/others", Says: "somebody else stops the deployment, or it fails; an alarm",
			Plan: behindDeployment(), Budget: Budget{Foreign: 1, Rise: 1}},
	}
}

// failScenarios are about a call that is not applied and says so: any that a worker
// makes, but for the first of a delivery or wake, which then has not begun.
func failScenarios() []Scenario {
	return []Scenario{
		{Name: "lambda/fail", Says: "a fenced target, an alarm, a call that fails",
			Plan: plan(fenced(), 25), Budget: Budget{Rise: 1, Fail: 1}},
		{Name: "alb/fail", Says: "a fence-less target, an alarm, a call that fails",
			Plan: plan(fenceless(), 25), Budget: Budget{Rise: 1, Fail: 1}},
		{Name: "lambda/fail-verb", Says: "an operator who rolls back or promotes, a call that fails",
			Plan: plan(fenced(), 25), Budget: Budget{Verbs: 1, Fail: 1}, Verbs: verbs(statemachine.VerbRollback, statemachine.VerbPromote)},
		{Name: "gate/fail", Says: "a gate, an alarm, a call that fails",
			Plan: behindGate(plan(fenced(), 25)), Gate: true, Budget: Budget{Rise: 1, Fail: 1}},
		{Name: "queue/fail", Says: "two executions, a call that fails",
			Plan: behindGate(plan(fenced(), 100)), Gates: 2, Budget: Budget{Fail: 1}},
		{Name: "guarded/fail", Says: "a deployment that AWS shifts, a deadline, a call that fails",
			Plan: within(behindDeployment(), 5*tick), Budget: Budget{Fail: 1}},
		{Name: "guarded/fail-event", Says: "the event of the deployment's start makes the release; a deadline, a call that fails",
			Plan: within(behindDeployment(), 5*tick), Events: true, Budget: Budget{Fail: 1}},
	}
}

// slowScenarios are about what runs elsewhere for a while.
func slowScenarios() []Scenario {
	return []Scenario{
		{Name: "front/alarm", Says: "a fenced target that AWS takes its time to carry out (CloudFront); an alarm",
			Plan: plan([]string{kindSlow}, 25), Budget: Budget{Rise: 1}},
		{Name: "front/crash", Says: "the same; a deadline, a crash",
			Plan: within(plan([]string{kindSlow}, 25), 4*tick), Budget: Budget{Crash: 1}},
		{Name: "front/deadline", Says: "the same; a deadline, a write that lands late or never",
			Plan: within(plan([]string{kindSlow}, 25), 4*tick), Budget: Budget{Late: 1}},
		{Name: "check/alarm", Says: "a check step that passes, fails or never ends; an alarm",
			Plan: checked(plan(fenced(), 25)), Budget: Budget{Rise: 1}},
		{Name: "check/crash", Says: "the same; a crash, an answer that is lost",
			Plan: checked(plan(fenced(), 25)), Budget: Budget{Crash: 1, Lost: 1}},
	}
}

// othersScenarios are about whoever else writes the target, and about other releases.
func othersScenarios() []Scenario {
	return []Scenario{
		{Name: "lambda/drift", Says: "somebody else sets weights twice, a deadline",
			Plan: within(plan(fenced(), 25), 12*tick), Budget: Budget{Drift: 2}},
		{Name: "lambda/drift-alarm", Says: "somebody else sets a weight, an alarm, a deadline",
			Plan: within(plan(fenced(), 25), 12*tick), Budget: Budget{Drift: 1, Rise: 1}},
		{Name: "lambda/foreign", Says: "somebody else sets a weight and a version, a deadline",
			Plan: within(plan(fenced(), 25), 12*tick), Budget: Budget{Drift: 1, Foreign: 1}},
		{Name: "alb/foreign", Says: "somebody else sets a weight and a version, no fence, a deadline",
			Plan: within(plan(fenceless(), 25), 12*tick), Budget: Budget{Drift: 1, Foreign: 1}},
		{Name: "queue/three", Says: "three executions have come to the gate; one worker takes their events in any order",
			Plan: behindGate(plan(fenced(), 100)), Gates: 3, Workers: 1},
		{Name: "queue/arrive", Says: "two executions come to the gate at any time",
			Plan: behindGate(plan(fenced(), 100)), Gates: 2, Budget: Budget{Arrive: 2}},
		{Name: "queue/crash", Says: "two executions, a crash",
			Plan: behindGate(plan(fenced(), 100)), Gates: 2, Budget: Budget{Crash: 1}},
		{Name: "queue/lost", Says: "two executions, an event that is lost, a sweep that finds it",
			Plan: behindGate(plan(fenced(), 100)), Gates: 2, Budget: Budget{Lose: 1, Sweep: 1}},
		{Name: "next/lambda", Says: "a second release waits, both end by their deadline, a worker that stands still",
			Plan: within(plan(fenced(), 25), 2*tick), Queued: true, Budget: Budget{Stall: 1}},
		{Name: "next/alb", Says: "the same without a fence",
			Plan: within(plan(fenceless(), 25), 2*tick), Queued: true, Budget: Budget{Stall: 1}},
		{Name: "rival/lambda", Says: "two canaries on one target, both at preflight; a deadline, a crash",
			Plan: within(plan(fenced(), 25), 2*tick), Rival: true, Budget: Budget{Crash: 1}},
		{Name: "rival/stall", Says: "the same; a worker that stands still",
			Plan: within(plan(fenced(), 100), 2*tick), Rival: true, Budget: Budget{Stall: 1}},
		{Name: "next/verb", Says: "a second release waits, an operator rolls the first one back, a crash",
			Plan: plan(fenced(), 100), Queued: true, Budget: Budget{Verbs: 1, Crash: 1}, Verbs: verbs(statemachine.VerbRollback)},
	}
}
