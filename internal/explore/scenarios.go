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
		{Name: "alb/late", Says: "a fence-less target, three steps, an alarm, a crash, a write that lands late or never",
			Plan: plan(fenceless(), 25, 50, 100), Budget: Budget{Rise: 1, Late: 1, Crash: 1}},
		{Name: "alb/late2", Says: "a fence-less target, three steps, a crash, two writes that land late or never",
			Plan: plan(fenceless(), 25, 50, 100), Budget: Budget{Late: 2, Crash: 1}},
		{Name: "lambda/stall", Says: "a fenced target, an alarm, a worker that stands still for as long as it likes",
			Plan: plan(fenced(), 25), Budget: Budget{Rise: 1, Stall: 1}},
		{Name: "alb/stall", Says: "a fence-less target, an alarm, a worker that stands still for as long as it likes",
			Plan: plan(fenceless(), 25), Budget: Budget{Rise: 1, Stall: 1}},
		{Name: "lambda/lost", Says: "a fenced target, three steps, an alarm, an answer that is lost",
			Plan: plan(fenced(), 25, 50, 100), Budget: Budget{Rise: 1, Lost: 1}},
		{Name: "lambda/late-save", Says: "a fenced target, an alarm, a save that lands late or never",
			Plan: plan(fenced(), 25), Budget: Budget{Rise: 1, LateSave: 1}},
		{Name: "lambda/outage", Says: "a fenced target, an alarm, a table that does not answer twice",
			Plan: plan(fenced(), 25), Budget: Budget{Rise: 1, Outage: 2}},
		{Name: "lambda/down", Says: "a fenced target, an alarm, a table that is out for as long as it likes",
			Plan: plan(fenced(), 25), Budget: Budget{Rise: 1, Down: 1}},
		{Name: "lambda/index", Says: "a second release waits; an alarm, and workers whose routing index has either release, or none, for the running one",
			Plan: plan(fenced(), 25), Queued: true, Index: true, Budget: Budget{Rise: 1}},
		{Name: "lambda/lose", Says: "three steps, an alarm that comes and goes, and its event is lost",
			Plan: plan(fenced(), 25, 50, 100), Budget: Budget{Rise: 1, Fall: 1, Lose: 1}},
		{Name: "lambda/no-data", Says: "an alarm that has no data for as long as it likes, or goes to ALARM; a deadline",
			Plan: within(plan(fenced(), 25), 5*tick), Budget: Budget{Dark: 1, Rise: 1}},
		{Name: "lambda/no-data-refuse", Says: "the same, and onNoData is refuse",
			Plan: refusing(within(plan(fenced(), 25), 5*tick)), Budget: Budget{Dark: 1, Rise: 1}},
		{Name: "lambda/adopt", Says: "adopt: the target shows two versions at first; an alarm, a crash",
			Plan: adopting(plan(fenced(), 25)), Shows: statemachine.Split{Stable: stable, Canary: canary, WeightPct: 10}, Budget: Budget{Rise: 1, Crash: 1}},
		{Name: "lambda/denied", Says: "a fenced target, an alarm, a write that is denied, a crash",
			Plan: plan(fenced(), 25), Budget: Budget{Rise: 1, Denied: 1, Crash: 1}},
		{Name: "lambda/stale", Says: "a fenced target whose reads may tell what it showed before, an alarm",
			Plan: within(plan(fenced(), 25), 20*tick), Budget: Budget{Rise: 1, Stale: 1}},
		{Name: "lambda/again", Says: "an ALARM that comes twice or late, a sweep",
			Plan: plan(fenced(), 25), Budget: Budget{Rise: 1, Again: 1, Sweep: 1}},
		{Name: "both/alarm", Says: "two targets in lock-step, three steps, one without a fence; an alarm, a crash",
			Plan: plan([]string{kindFenced, kindFenceless}, 25, 50, 100), Budget: Budget{Rise: 1, Crash: 1}},
	}
}
