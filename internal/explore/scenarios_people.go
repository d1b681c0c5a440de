package explore

import "github.com/serinhq/serin/statemachine"

// peopleScenarios are about operators and whoever stands at the gate.
func peopleScenarios() []Scenario {
	approval := plan(fenced(), 25)
	approval.Steps = append(approval.Steps, statemachine.Step{Approval: &statemachine.Approval{Timeout: 4 * tick, OnTimeout: statemachine.TimeoutRollback}})
	return []Scenario{
		{Name: "lambda/promote", Says: "an operator who promotes, a late write",
			Plan: plan(fenced(), 25, 100), Budget: Budget{Verbs: 1, Late: 1}, Verbs: verbs(statemachine.VerbPromote)},
		{Name: "alb/promote", Says: "three steps, an operator who promotes, a late write, no fence",
			Plan: plan(fenceless(), 25, 50, 100), Budget: Budget{Verbs: 1, Late: 1}, Verbs: verbs(statemachine.VerbPromote)},
		{Name: "lambda/promote-alarm", Says: "an operator who promotes, an alarm",
			Plan: plan(fenced(), 25), Budget: Budget{Verbs: 1, Rise: 1}, Verbs: verbs(statemachine.VerbPromote)},
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

func refusing(p statemachine.Plan) statemachine.Plan {
	p.Alarms = []statemachine.AlarmSpec{{Name: alarmName, OnNoData: statemachine.NoDataRefuse}}
	return p
}

func adopting(p statemachine.Plan) statemachine.Plan {
	p.Adopt = true
	return p
}
