package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"go.uber.org/zap"

	"github.com/serinhq/serin/statemachine"
)

// index says which canaries an event may concern, without a table call. It is
// made anew at every resync from the definitions and the running releases, so it
// may be a minute old: what it misses the sweep finds.
type index struct {
	mu          sync.RWMutex
	definitions map[string]Definition
	gates       map[GateSpec][]string
	pipelines   map[string][]string
	deployments map[string][]string
	alarms      map[string][]string
	// active is a canary's release that runs, as last seen.
	active map[string]string
	read   bool
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

// set replaces the whole index.
func (i *index) set(definitions []Definition, running []Stored) {
	fresh := index{
		definitions: map[string]Definition{}, gates: map[GateSpec][]string{}, pipelines: map[string][]string{},
		deployments: map[string][]string{}, alarms: map[string][]string{}, active: map[string]string{},
	}
	for _, d := range definitions {
		fresh.definitions[d.Plan.Canary] = d
		fresh.add(d.Plan)
	}
	for _, s := range running {
		fresh.add(s.Release.Plan)
		fresh.keep(s.Release)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.definitions, i.gates, i.pipelines = fresh.definitions, fresh.gates, fresh.pipelines
	i.deployments, i.alarms, i.active, i.read = fresh.deployments, fresh.alarms, fresh.active, true
}

// note remembers a release that was saved.
func (i *index) note(r statemachine.Release) {
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

func (i *index) add(p statemachine.Plan) {
	name := p.Canary
	if p.Trigger.Kind == statemachine.TriggerPipeline {
		gate := gateOf(p)
		i.gates[gate] = with(i.gates[gate], name)
		i.pipelines[gate.Pipeline] = with(i.pipelines[gate.Pipeline], name)
	}
	if p.Guarded() {
		key := p.Deployment.Kind + "#" + p.Deployment.Key
		i.deployments[key] = with(i.deployments[key], name)
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

func (i *index) gate(g GateSpec) []string {
	i.mu.RLock()
	defer i.mu.RUnlock()
	return i.gates[g]
}

func (i *index) pipeline(name string) []string {
	i.mu.RLock()
	defer i.mu.RUnlock()
	return i.pipelines[name]
}

func (i *index) deployment(kind, key string) []string {
	i.mu.RLock()
	defer i.mu.RUnlock()
	return i.deployments[kind+"#"+key]
}

func (i *index) alarm(name string) []string {
	i.mu.RLock()
	defer i.mu.RUnlock()
	return i.alarms[name]
}

func (i *index) all() []Definition {
	i.mu.RLock()
	defer i.mu.RUnlock()
	all := make([]Definition, 0, len(i.definitions))
	for _, d := range i.definitions {
		all = append(all, d)
	}
	return all
}

// Refresh makes the index anew from the table.
func (l *Loop) Refresh(ctx context.Context) ([]Stored, error) {
	definitions, err := l.o.Store.Canaries(ctx)
	l.tableSaid(err)
	if errors.Is(err, ErrNewerSchema) {
		l.log.Warn("some canaries are left to newer workers", zap.Error(err))
	} else if err != nil {
		return nil, fmt.Errorf("list canaries: %w", err)
	}
	running, err := l.o.Store.Running(ctx)
	l.tableSaid(err)
	if err != nil {
		return nil, fmt.Errorf("list running releases: %w", err)
	}
	l.index.set(definitions, running)
	return running, nil
}
