package statemachine

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The plan of a story, a line a clause:
//
//	target a lambda 42 -> 43      (lambda: fenced; alb: roles swap; plain: no fence)
//	steps 25/10m ask/24h ask/1h/proceed 100/15m ready:ask/4h shifted:bake/30m
//	alarm x hold|refuse|proceed requireData honorMute
//	gate | deployment | adopt | deadline 4h | preflightWait 15m | holdTimeout 24h
//	check/30m check/30m/proceed as a step; lag a 1m; rolls Prod (the pipeline's stage, after a rollback)
//	console promote | fixForward x | ceiling a 15 | finalAt100 a | left a 43
//	kind revert | revert 42 expects 43 | newest r9   (a pipeline's ROLLBACK; a person's; the slot's)

func planOf(t *testing.T, w *world, text string) Spec {
	t.Helper()
	s := Spec{ID: "r", Kind: Forward, Lease: 15 * time.Second, CallTimeout: 5 * time.Second, Version: "43"}
	s.Plan = Plan{Canary: "checkout", Definition: 1, Deadline: 4 * time.Hour, PreflightWait: 15 * time.Minute,
		HoldTimeout: 24 * time.Hour, Trigger: TriggerSpec{Kind: TriggerManual}}
	s.Trigger = Trigger{Kind: TriggerManual, Source: "manual#checkout", Key: "c1", At: start}
	w.slot.Canary = "checkout"
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) > 0 && !clause(t, &s, w, words[0], words[1:]) {
			t.Fatalf("unknown clause %q", line)
		}
	}
	return s
}

func clause(t *testing.T, s *Spec, w *world, word string, args []string) bool {
	t.Helper()
	switch word {
	case "target":
		addTarget(s, w, args)
	case "finalAt100":
		i := slices.IndexFunc(s.Plan.Targets, func(spec TargetSpec) bool { return spec.Name == args[0] })
		s.Plan.Targets[i].Traits.FinalAt100 = true
	case "ceiling":
		i := slices.IndexFunc(s.Plan.Targets, func(spec TargetSpec) bool { return spec.Name == args[0] })
		s.Plan.Targets[i].Traits.CeilingPct = number(t, args[1])
	case "lag":
		w.lags[args[0]] = duration(t, args[1])
	case "rolls":
		s.Plan.PipelineRollback = &PipelineRollback{Stage: args[0]}
	case "steps":
		for _, arg := range args {
			s.Plan.Steps = append(s.Plan.Steps, stepOf(t, arg))
		}
	case "alarm":
		s.Plan.Alarms = append(s.Plan.Alarms, alarmOf(t, args))
		w.ring(args[0], AlarmOK, start.Add(-time.Hour))
	case "gate":
		s.Plan.Trigger.Kind, s.Trigger.Kind = TriggerPipeline, TriggerPipeline
		s.Plan.Trigger.OnConsole = ConsoleContinue
		s.Gate = &Gate{Pipeline: "checkout-prod", Stage: "Canary", Action: "Gate", Execution: "e1", ActionExecution: "x1", Status: GateOpen}
	case "console":
		s.Plan.Trigger.OnConsole = ConsolePromote
	case "deployment":
		s.Plan.Deployment, s.Deployment = &DeploymentSpec{Kind: "codedeploy", Key: "orders/prod"}, "d-1"
		s.Plan.Trigger.Kind, s.Trigger.Kind = TriggerDeployment, TriggerDeployment
	case "adopt":
		s.Plan.Adopt = true
	case "deadline":
		s.Plan.Deadline = duration(t, args[0])
	case "preflightWait":
		s.Plan.PreflightWait = duration(t, args[0])
	case "holdTimeout":
		s.Plan.HoldTimeout = duration(t, args[0])
	case "fixForward":
		s.FixForward = args
	case "left":
		w.slot.Left = map[string]Split{args[0]: splitOf(t, args[1])}
	case "kind":
		s.Kind = Revert
	case "revert":
		s.Kind, s.Revert = Revert, &RevertTo{Release: "r0", Newest: "r0"}
		for range s.Plan.Targets {
			s.Revert.To, s.Revert.Expect = append(s.Revert.To, splitOf(t, args[0])), append(s.Revert.Expect, splitOf(t, args[2]))
		}
	case "newest":
		w.slot.Newest = args[0]
	default:
		return false
	}
	return true
}

func addTarget(s *Spec, w *world, args []string) {
	spec := TargetSpec{Kind: args[1], ID: args[0], Name: args[0], Version: args[4]}
	canary := args[4]
	switch args[1] {
	case "lambda":
		spec.Traits.Fenced = true
	case "alb":
		spec.Traits.SwapsRoles = true
		w.idle[args[0]], canary = args[4], ""
	}
	s.Plan.Targets = append(s.Plan.Targets, spec)
	s.Canaries, s.Version = append(s.Canaries, canary), args[4]
	w.shows[args[0]] = Split{Stable: args[2]}
}

func stepOf(t *testing.T, text string) Step {
	t.Helper()
	step := Step{}
	if point, rest, guarded := strings.Cut(text, ":"); guarded {
		if err := step.At.UnmarshalText([]byte(point)); err != nil {
			t.Fatal(err)
		}
		text = rest
	}
	parts := strings.Split(text, "/")
	switch parts[0] {
	case "check":
		step.Check = &CheckSpec{Kind: "codebuild", Name: "smoke", Timeout: duration(t, parts[1]), OnTimeout: TimeoutRollback}
		if len(parts) > 2 {
			step.Check.OnTimeout = TimeoutProceed
		}
		return step
	case "ask":
		step.Approval = &Approval{Timeout: duration(t, parts[1]), OnTimeout: TimeoutRollback}
		if len(parts) > 2 {
			step.Approval.OnTimeout = TimeoutProceed
		}
		return step
	case "bake":
	default:
		step.WeightPct = number(t, parts[0])
	}
	step.Bake = duration(t, parts[1])
	return step
}

func alarmOf(t *testing.T, args []string) AlarmSpec {
	t.Helper()
	spec := AlarmSpec{Name: args[0], OnNoData: NoDataHold}
	for _, word := range args[1:] {
		switch word {
		case "requireData":
			spec.RequireData = true
		case "honorMute":
			spec.HonorMute = true
		default:
			if err := spec.OnNoData.UnmarshalText([]byte(word)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return spec
}

// splitOf reads "42" or "42,43,25"; with a ~ behind it AWS still carries it out.
func splitOf(t *testing.T, text string) Split {
	t.Helper()
	text, rolling := strings.CutSuffix(text, "~")
	parts := strings.Split(text, ",")
	split := Split{Stable: parts[0], Rolling: rolling}
	if len(parts) > 2 {
		split.Canary, split.WeightPct = parts[1], number(t, parts[2])
	}
	return split
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(fmt.Errorf("read a number: %w", err))
	}
	return n
}

func duration(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(fmt.Errorf("read a duration: %w", err))
	}
	return d
}
