package explore

import "github.com/serinhq/serin/statemachine"

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
		{Name: "lambda/fail", Says: "a fenced target, three steps, an alarm, a call that fails",
			Plan: plan(fenced(), 25, 50, 100), Budget: Budget{Rise: 1, Fail: 1}},
		{Name: "alb/fail", Says: "a fence-less target, three steps, an alarm, a call that fails",
			Plan: plan(fenceless(), 25, 50, 100), Budget: Budget{Rise: 1, Fail: 1}},
		{Name: "lambda/fail-verb", Says: "an operator who rolls back or promotes, a call that fails",
			Plan: plan(fenced(), 100), Budget: Budget{Verbs: 1, Fail: 1}, Verbs: verbs(statemachine.VerbRollback, statemachine.VerbPromote)},
		{Name: "gate/fail", Says: "a gate, an alarm, a call that fails",
			Plan: behindGate(plan(fenced(), 100)), Gate: true, Budget: Budget{Rise: 1, Fail: 1}},
		{Name: "queue/fail", Says: "an execution, a call that fails",
			Plan: behindGate(plan(fenced(), 100)), Gates: 1, Budget: Budget{Fail: 1}},
		{Name: "queue/fail-next", Says: "two executions and one worker, a call that fails",
			Plan: behindGate(plan(fenced(), 100)), Gates: 2, Workers: 1, Budget: Budget{Fail: 1}},
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
