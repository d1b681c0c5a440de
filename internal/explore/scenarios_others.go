package explore

import "github.com/serinhq/serin/statemachine"

// othersScenarios are about whoever else writes the target, and about other releases.
func othersScenarios() []Scenario {
	return []Scenario{
		{Name: "lambda/drift", Says: "three steps; somebody else sets weights twice, a deadline",
			Plan: within(plan(fenced(), 25, 50, 100), 16*tick), Budget: Budget{Drift: 2}},
		{Name: "lambda/drift-alarm", Says: "somebody else sets a weight, an alarm, a deadline",
			Plan: within(plan(fenced(), 25), 12*tick), Budget: Budget{Drift: 1, Rise: 1}},
		{Name: "lambda/foreign", Says: "three steps; somebody else sets a weight and a version, a deadline",
			Plan: within(plan(fenced(), 25, 50, 100), 16*tick), Budget: Budget{Drift: 1, Foreign: 1}},
		{Name: "alb/foreign", Says: "three steps; somebody else sets a weight and a version, no fence, a deadline",
			Plan: within(plan(fenceless(), 25, 50, 100), 24*tick), Budget: Budget{Drift: 1, Foreign: 1}},
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
		{Name: "next/verb", Says: "a second release waits, an operator rolls the first one back, a crash",
			Plan: plan(fenced(), 100), Queued: true, Budget: Budget{Verbs: 1, Crash: 1}, Verbs: verbs(statemachine.VerbRollback)},
	}
}
