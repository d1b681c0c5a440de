package local

import (
	"encoding/json"
	"fmt"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// The kinds of targets that a world has.
const (
	// KindLambda is an alias with a fence that moves with each write.
	KindLambda = "lambda"
	// KindALB is a rule without a fence, whose two groups swap roles.
	KindALB = "alb"
)

// shifter is a target in the world. Its methods run under the world's lock.
type shifter interface {
	show() statemachine.Split
	// raw is all of it but for its fence.
	raw() string
	// put is anybody's write.
	put(statemachine.Split)
}

func targetKey(kind, id string) string { return kind + " " + id }

type targets struct{ *Client }

var _ worker.Targets = targets{}

// Targets opens the world's targets, by kind and id.
func (c *Client) Targets() worker.Targets { return targets{c} }

// Kind tells of a kind.
func (t targets) Kind(name string) (worker.TargetKind, bool) {
	switch name {
	case KindLambda:
		return worker.TargetKind{Traits: statemachine.Traits{Fenced: true}, API: "lambda"}, true
	case KindALB:
		return worker.TargetKind{Traits: statemachine.Traits{SwapsRoles: true}, API: "elb"}, true
	}
	return worker.TargetKind{}, false
}

// Open makes the target of a spec, whether the world has it or not.
func (t targets) Open(spec statemachine.TargetSpec) (worker.Target, error) {
	if spec.ID == "" || len(spec.Config) > 0 && !json.Valid(spec.Config) {
		return nil, fmt.Errorf("open target %s: wrong id or config", spec.Name)
	}
	switch spec.Kind {
	case KindLambda:
		return aliasTarget{t.Client, spec.ID}, nil
	case KindALB:
		return ruleTarget{t.Client, spec.ID}, nil
	}
	return nil, fmt.Errorf("open target %s: no kind %q", spec.Name, spec.Kind)
}

// Shows is the split of a target; the zero split if there is none such.
func (w *World) Shows(kind, id string) statemachine.Split {
	return locked(w, func() statemachine.Split {
		if t := w.targets[targetKey(kind, id)]; t != nil {
			return t.show()
		}
		return statemachine.Split{}
	})
}

// Raw is a target, written out, but for its fence.
func (w *World) Raw(kind, id string) string {
	return locked(w, func() string {
		if t := w.targets[targetKey(kind, id)]; t != nil {
			return t.raw()
		}
		return ""
	})
}

// Move is somebody else's write: a deploy script, a person in the console.
func (w *World) Move(kind, id string, split statemachine.Split) {
	w.do(func() {
		if t := w.targets[targetKey(kind, id)]; t != nil {
			t.put(split)
			w.record(Change{What: Showed, Resource: id, Split: t.show()})
		}
	})
}

// Remove deletes a target.
func (w *World) Remove(kind, id string) {
	w.do(func() { delete(w.targets, targetKey(kind, id)) })
}

// add puts a new target into the world.
func (w *World) add(kind, id string, t shifter) {
	w.do(func() {
		w.targets[targetKey(kind, id)] = t
		w.record(Change{What: Showed, Resource: id, Split: t.show()})
	})
}

// shown finds a target of a type in the world.
func shown[T shifter](w *World, kind, id string) (T, error) {
	t, there := w.targets[targetKey(kind, id)].(T)
	if !there {
		return t, refuse(worker.ErrNotFound, "%s %s", kind, id)
	}
	return t, nil
}
