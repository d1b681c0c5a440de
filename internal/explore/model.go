package explore

import (
	"slices"
	"strings"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// model is a scenario being explored.
type model struct {
	s       Scenario
	roots   []*node
	metrics *worker.Metrics
	replays int
	laws    []string // those looked for; empty: all
}

// wants: a breach of this law ends the exploration.
func (m *model) wants(law string) bool { return len(m.laws) == 0 || slices.Contains(m.laws, law) }

func newModel(s Scenario) *model {
	m := &model{s: s, metrics: worker.NewMetrics(nil)}
	for range s.Workers {
		m.roots = append(m.roots, newRoot())
	}
	return m
}

const firstRelease = "R-e1"

// initial is the world before anything happens: a release that has just been
// made, or with Gates an empty table.
func (m *model) initial() *world {
	w := &world{left: m.s.Budget, workers: make([]place, m.s.Workers)}
	w.alarm = alarm{n: 1}
	for _, p := range m.plans() {
		w.table.slots = append(w.table.slots, statemachine.Slot{Canary: p.Canary})
	}
	for _, spec := range m.s.Plan.Targets {
		w.targets = append(w.targets, target{shows: m.s.shows(), token: 1, slow: spec.Kind == kindSlow})
		w.table.held = append(w.table.held, worker.TargetSlot{Kind: spec.Kind, ID: spec.ID})
		w.ghost.top = append(w.ghost.top, 0)
		w.ghost.foreign = append(w.ghost.foreign, false)
	}
	for i := range max(m.s.Gates, 1) {
		w.gates = append(w.gates, gate{status: statemachine.GateOpen})
		if m.s.Gates > 0 && m.s.Budget.Arrive == 0 {
			w.gates[i].waiting, w.gates[i].open = true, true
			w.send(message{event: eventArrived + i})
		}
	}
	if m.s.Plan.Guarded() {
		w.guarded.stage = deployed
	}
	switch {
	case m.s.Events:
		w.send(message{event: eventStarted})
	case m.s.Gates == 0:
		m.admitFirst(w)
	}
	return w
}

func (m *model) admitFirst(w *world) {
	spec := statemachine.Spec{ID: firstRelease, Kind: statemachine.Forward, Plan: m.s.Plan, Version: canary, Lease: lease, CallTimeout: tick,
		Trigger: statemachine.Trigger{Kind: statemachine.TriggerManual, Source: "manual#checkout", Key: "c1", At: stamp(1)}}
	if m.s.Plan.Guarded() {
		spec.Deployment = deploymentID
		spec.Trigger = statemachine.Trigger{Kind: statemachine.TriggerDeployment, Source: deploymentKind + "#" + deploymentKey, Key: deploymentID, At: stamp(1)}
	}
	for range m.s.Plan.Targets {
		spec.Canaries = append(spec.Canaries, canary)
	}
	if m.s.Gate {
		w.gates[0].open, w.gates[0].waiting = true, true
		spec.Gate = m.gateOf(0)
		spec.Trigger.Kind, spec.Trigger.Execution = statemachine.TriggerPipeline, gateName(0)
		spec.Trigger.Source, spec.Trigger.Key = "pipeline#prod/"+gateName(0), actionName(0)
	}
	first := w.admit(spec, nil)
	switch {
	case m.s.Queued:
		spec.ID, spec.Trigger.Key, spec.Trigger.At = "R-e2", "c2", stamp(2)
		w.admit(spec, &first)
	case m.s.Rival:
		spec.ID, spec.Trigger.Key, spec.Plan = "R-e2", "c2", m.plans()[1]
		w.admit(spec, nil)
	}
}

// admit makes a release as the loop would.
func (w *world) admit(spec statemachine.Spec, active *statemachine.Release) statemachine.Release {
	slot := w.table.slot(spec.Plan.Canary)
	a := statemachine.Admit(*slot, active, nil, statemachine.New(spec, at(0)), at(0))
	rev := slot.Rev + 1
	*slot = a.Slot
	slot.Rev = rev
	w.table.triggers = append(w.table.triggers, spec.Trigger.Source+"/"+spec.Trigger.Key)
	w.table.releases = append(w.table.releases, newRecord(a.New.Next, "", ""))
	return a.New.Next
}

// plans are the canaries' of a scenario: its own, and its rival's on the same targets.
func (m *model) plans() []statemachine.Plan {
	all := []statemachine.Plan{m.s.Plan}
	if m.s.Rival {
		rival := m.s.Plan
		rival.Canary = "rival"
		all = append(all, rival)
	}
	return all
}

func (m *model) gateOf(i int) *statemachine.Gate {
	return &statemachine.Gate{Pipeline: "prod", Stage: "Canary", Action: "Gate", Execution: gateName(i), ActionExecution: actionName(i), Status: statemachine.GateOpen}
}

func newRecord(r statemachine.Release, opID, by string) *record {
	return &record{
		Stored: worker.Stored{Release: r, OpID: opID, AnnouncedSeq: r.Rev, SavedBy: by},
		digest: digestOf(r), op: opOf(opID),
	}
}

// The kinds of message.
const (
	eventAlarm   = 1   // an alarm's transition to ALARM
	eventCommand = 2   // an operator's verb
	eventGate    = 3   // somebody answered the gate
	eventStarted = 4   // a deployment started
	eventArrived = 100 // + n: execution n came to the gate
)

// begins is what handling a message begins with.
func (m *model) begins(msg message) begin {
	b := begin{message: msg}
	switch msg.event {
	case eventAlarm:
		b.event = worker.AlarmEvent{Alarm: statemachine.AlarmEvent{ID: alarmCause(msg.stamp), Name: alarmName, State: statemachine.AlarmFiring, At: stamp(msg.stamp)}}
	case eventCommand:
		b.command = &worker.Command{ID: commandID(msg), Verb: msg.verb.String(), Canary: m.s.Plan.Canary, Release: firstRelease, Rev: msg.rev, Actor: "operator", Reason: "because"}
		if msg.verb == statemachine.VerbRollback {
			b.command.Rev = 0
		}
	case eventStarted:
		b.event = worker.DeploymentEvent{Origin: worker.Origin{At: stamp(1)}, Kind: deploymentKind, Key: deploymentKey, ID: deploymentID, State: "START"}
	case eventGate:
		b.event = worker.ExecutionEvent{Pipeline: "prod", Execution: gateName(0), State: "SUCCEEDED"}
	default:
		i := msg.event - eventArrived
		b.event = worker.ActionEvent{Origin: worker.Origin{At: stamp(i + 1)}, Pipeline: "prod", Stage: "Canary", Action: "Gate",
			Execution: gateName(i), ActionExecution: actionName(i), Approval: true, State: "STARTED"}
	}
	return b
}

func alarmCause(n int) string { return "alarm-" + gateName(n-1) }

func commandID(msg message) string { return msg.verb.String() + "-" + gateName(int(msg.rev)-1) }

// commandOf takes a command's id apart again.
func commandOf(id string) (verb statemachine.Verb, rev int64) {
	word, at, _ := strings.Cut(id, "-")
	_ = verb.UnmarshalText([]byte(word))
	return verb, int64(gateIndex(at) + 1)
}
