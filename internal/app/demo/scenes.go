package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/serinhq/serin/internal/canaryfile"
	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// scene is one story: a canary, what the world does to its release, and how it
// must end.
type scene struct {
	name, canary string
	from, to     string
	want         statemachine.Phase
	// shown are the weights it may show, in order, before its end.
	shown []float64
	// before changes the stage before the workers start; cue is the world's part
	// at every step.
	before func(s *stage, one *scene)
	cue    func(s *stage, one *scene, r statemachine.Release)

	plan      statemachine.Plan
	execution string
	cued      bool
}

func scenes() []*scene {
	return []*scene{
		{name: "promote", canary: "checkout", from: "42", to: "43", want: statemachine.Promoted, shown: []float64{5, 25, 50, 100}},
		{name: "rollback", canary: "search", from: "7", to: "8", want: statemachine.RolledBack, shown: []float64{5, 25}, cue: fireAlarm},
		{name: "takeover", canary: "orders", from: "118", to: "119", want: statemachine.Promoted, shown: []float64{5, 25, 50, 100},
			before: killInShift, cue: tellKill},
	}
}

// file is the canary as somebody would write and apply it.
func (one *scene) file() string {
	return strings.ReplaceAll(`schema: 1
name: NAME
trigger: {pipeline: {name: NAME-prod, stage: Canary, action: Gate}}
targets: [{lambda: {function: NAME, alias: live, version: "#{Deploy.FunctionVersion}"}}]
steps: [{weight: 5, bake: 3m}, {weight: 25, bake: 5m}, {weight: 50, bake: 5m}, {weight: 100, bake: 3m}]
alarms: [NAME-5xx]
`, "NAME", one.canary)
}

func (one *scene) alias() string { return one.canary + ":live" }

func (one *scene) alarm() string { return one.canary + "-5xx" }

// set puts the canary, its pipeline, alias and alarm into the world.
func (one *scene) set(ctx context.Context, s *stage) error {
	file, err := canaryfile.Load(one.canary+".yaml", []byte(one.file()))
	if err != nil {
		return err
	}
	one.plan = file.Plan
	s.scale(&one.plan)
	s.world.CreatePipeline(local.PipelineSpec{Gate: one.gate()})
	s.world.CreateAlias(one.alias(), one.from)
	s.world.PublishVersion(one.alias(), one.to)
	s.world.CreateAlarm(local.AlarmSpec{Name: one.alarm(), Window: s.scaled(3 * time.Minute)})
	if one.before != nil {
		one.before(s, one)
	}
	definition := worker.Definition{Plan: one.plan, AppliedAt: time.Now().UTC(), AppliedBy: "demo", File: one.file()}
	if _, err := s.store().Apply(ctx, definition, 0); err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	s.say(one.canary, "applied: 5 → 25 → 50 → 100 %% on %s, guarded by %s", one.alias(), one.alarm())
	return nil
}

func (one *scene) gate() worker.GateSpec {
	return worker.GateSpec{Pipeline: one.plan.Trigger.Pipeline, Stage: one.plan.Trigger.Stage, Action: one.plan.Trigger.Action}
}

// start runs the pipeline up to its gate. That the gate opened is an event, as
// CodePipeline sends it.
func (one *scene) start(s *stage) {
	variables := map[string]string{"Deploy.FunctionVersion": one.to}
	one.execution = s.world.StartExecution(one.plan.Trigger.Pipeline, local.RunSpec{Variables: variables})
	s.world.Arrive(one.execution)
	s.say(one.canary, "version %s is deployed; pipeline %s waits at its gate", one.to, one.plan.Trigger.Pipeline)
}

// fireAlarm: two minutes into the bake at 25 % the alarm fires.
func fireAlarm(s *stage, one *scene, r statemachine.Release) {
	if one.cued || r.Phase != statemachine.Baking || r.WeightPct() != 25 || time.Since(r.UpdatedAt) < s.scaled(2*time.Minute) {
		return
	}
	one.cued = true
	s.world.SetAlarm(one.alarm(), statemachine.AlarmFiring, "Threshold Crossed: 3 datapoints were greater than 1.0")
	s.say(one.canary, "alarm %s goes to ALARM", one.alarm())
}

// killInShift: whoever writes 50 % dies with that write.
func killInShift(s *stage, one *scene) {
	s.killDuring(func(call local.Call) bool {
		return call.Name == "lambda:UpdateAlias" && call.Resource == one.alias() &&
			s.world.Shows(local.KindLambda, one.alias()).WeightPct == 25
	})
}

// tellKill tells of it, once.
func tellKill(s *stage, one *scene, _ statemachine.Release) {
	if id, _ := s.victim(); id != "" && !one.cued {
		one.cued = true
		s.say(one.canary, "%s is killed while it writes 50 %%: the write lands, nobody hears the answer", id)
	}
}
