package worker

import (
	"maps"
	"slices"
	"sync"

	"github.com/serinhq/serin/statemachine"
)

// index says which canaries an event may concern, without a table call. It is
// made anew at every resync from the definitions and the running releases, so it
// may be a minute old: what it misses the sweep finds.
type index struct {
	mu          sync.RWMutex
	watched     map[string]watch
	gates       map[GateSpec][]string
	pipelines   map[string][]string
	deployments map[string][]string
	checks      map[string][]string
	alarms      map[string][]string
	// active is a canary's release that runs, as last seen.
	active map[string]string
	read   bool
}

// watch is what is looked at for a canary whether or not a release runs.
type watch struct {
	canary     string
	trigger    statemachine.TriggerSpec
	deployment *statemachine.DeploymentSpec
}

func newIndex() *index {
	return &index{}
}

// filled: the definitions were read at least once.
func (i *index) filled() bool {
	i.mu.RLock()
	defer i.mu.RUnlock()
	return i.read
}

// fresh is an empty index that is to be filled.
func freshIndex() *index {
	return &index{
		watched: map[string]watch{}, gates: map[GateSpec][]string{}, pipelines: map[string][]string{},
		deployments: map[string][]string{}, checks: map[string][]string{}, alarms: map[string][]string{}, active: map[string]string{},
	}
}

// become takes over what another index has.
func (i *index) become(fresh *index) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.watched, i.gates, i.pipelines = fresh.watched, fresh.gates, fresh.pipelines
	i.deployments, i.checks, i.alarms = fresh.deployments, fresh.checks, fresh.alarms
	i.active, i.read = fresh.active, true
}

// note remembers a release that was saved. Most saves change nothing here, and
// must not keep events waiting.
func (i *index) note(r statemachine.Release) {
	if begun(r) == (i.running(r.Canary) == r.ID) {
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.active == nil {
		i.active = map[string]string{}
	}
	i.keep(r)
}

func (i *index) keep(r statemachine.Release) {
	switch {
	case begun(r):
		i.active[r.Canary] = r.ID
	case i.active[r.Canary] == r.ID:
		delete(i.active, r.Canary)
	}
}

// begun: the release is the one that its canary's slot calls active. One that
// waits is not, nor one that was refused or superseded and only answers its gate.
func begun(r statemachine.Release) bool {
	switch r.Phase {
	case statemachine.Queued, statemachine.Refused, statemachine.Superseded:
		return false
	case statemachine.Preflight, statemachine.Shifting, statemachine.Baking, statemachine.Gated,
		statemachine.Promoting, statemachine.Promoted, statemachine.RollingBack, statemachine.RolledBack:
	}
	return r.Running()
}

func (i *index) running(canary string) string {
	i.mu.RLock()
	defer i.mu.RUnlock()
	return i.active[canary]
}

// watch looks for what starts a canary's releases, unless a person does.
func (i *index) watch(p statemachine.Plan) {
	if p.Trigger.Kind != statemachine.TriggerManual {
		i.watched[p.Canary] = watch{p.Canary, p.Trigger, p.Deployment}
	}
}

func (i *index) add(p statemachine.Plan) {
	name := p.Canary
	if p.Trigger.Kind == statemachine.TriggerPipeline {
		gate := gateOf(p.Trigger)
		i.gates[gate] = with(i.gates[gate], name)
		i.pipelines[gate.Pipeline] = with(i.pipelines[gate.Pipeline], name)
	}
	if p.Guarded() {
		key := p.Deployment.Kind + "#" + p.Deployment.Key
		i.deployments[key] = with(i.deployments[key], name)
	}
	for _, s := range p.Steps {
		if s.Check != nil {
			key := s.Check.Kind + "#" + s.Check.Name
			i.checks[key] = with(i.checks[key], name)
		}
	}
	for _, a := range p.Alarms {
		i.alarms[a.Name] = with(i.alarms[a.Name], name)
	}
}

func with(names []string, name string) []string {
	if slices.Contains(names, name) {
		return names
	}
	return append(names, name)
}

// concerned are the canaries that an event may concern.
func (i *index) concerned(event Event) []string {
	i.mu.RLock()
	defer i.mu.RUnlock()
	switch e := event.(type) {
	case ActionEvent:
		return i.gates[e.gate()]
	case ExecutionEvent:
		return i.pipelines[e.Pipeline]
	case DeploymentEvent:
		return i.deployments[e.Kind+"#"+e.Key]
	case CheckEvent:
		return i.checks[e.Kind+"#"+e.Name]
	case AlarmEvent:
		return i.alarms[e.Alarm.Name]
	case AlarmEdited:
		return i.alarms[e.Name]
	case Tick:
	}
	return nil
}

func (i *index) all() []watch {
	i.mu.RLock()
	defer i.mu.RUnlock()
	return slices.Collect(maps.Values(i.watched))
}
