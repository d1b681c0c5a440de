package explore

import "github.com/serinhq/serin/statemachine"

// MutantScenarios are models that are only there for mutants: they hold just the
// faults that tell the mutant from the code, which is explored in them as well.
func MutantScenarios() []Scenario {
	short := within(plan(fenced(), 25), 3*tick)
	held := within(plan(fenced(), 25), 12*tick)
	held.HoldTimeout = 6 * tick
	paused := within(plan(fenceless(), 25), 12*tick)
	paused.HoldTimeout = 6 * tick
	all := []Scenario{
		{Name: "mutant/alb-stall-late", Plan: plan(fenceless(), 25), Budget: Budget{Rise: 1, Stall: 1, Late: 1}},
		{Name: "mutant/alb-late-sweep", Plan: plan(fenceless(), 25), Budget: Budget{Rise: 1, Late: 1, Sweep: 1}},
		{Name: "mutant/next-late", Plan: plan(fenceless(), 25), Queued: true, Budget: Budget{Verbs: 1, Late: 2}, Verbs: verbs(statemachine.VerbRollback)},
		{Name: "mutant/stall-sweep", Plan: plan(fenced(), 25), Budget: Budget{Stall: 1, Sweep: 1}},
		{Name: "mutant/pause-stall", Plan: paused, Budget: Budget{Verbs: 1, Stall: 1}, Verbs: verbs(statemachine.VerbPause)},
		{Name: "mutant/deadline", Plan: short, Budget: Budget{Rise: 1, Crash: 1}},
		{Name: "mutant/pause", Plan: held, Budget: Budget{Verbs: 1}, Verbs: verbs(statemachine.VerbPause)},
		{Name: "mutant/wait", Plan: plan(fenced(), 25), Budget: Budget{Rise: 1}},
	}
	for i := range all {
		all[i].Says, all[i].Workers, all[i].Horizon, all[i].Live = "for mutants", 2, 80, true
	}
	return all
}
