package local

import (
	"context"
	"slices"
	"time"
)

// Call is one call that a client is about to make.
type Call struct {
	// N counts the world's calls from 1.
	N      int
	Client string
	// Name is the action as IAM names it: "lambda:UpdateAlias".
	Name string
	// Resource is what the call is about: a target's id, a name; may be empty.
	Resource string
	// Write: it changes the world.
	Write bool
}

// Effect is what befalls a call. The zero effect is nothing.
type Effect struct {
	// Err, one of the worker's sentinels, fails the call: nothing is applied.
	Err error
	// Lost: applied, and then fails as unavailable.
	Lost bool
	// Delay is how long the call is on its way. If its caller gives up before,
	// it is applied all the same: a late write.
	Delay time.Duration
}

type interceptor struct {
	meet func(context.Context, Call) Effect
}

// Intercept asks meet before each call from now on, until end is called. The
// first of several that has an effect decides. It runs in the caller's
// goroutine without a lock: it may change the world, wait, cancel the caller's
// context or panic, but must not make a call itself.
func (w *World) Intercept(meet func(ctx context.Context, call Call) Effect) (end func()) {
	i := &interceptor{meet}
	w.do(func() { w.interceptors = append(w.interceptors, i) })
	return func() {
		w.do(func() {
			w.interceptors = slices.DeleteFunc(slices.Clone(w.interceptors), func(o *interceptor) bool { return o == i })
		})
	}
}

// First limits meet to its first n effects.
func First(n int, meet func(context.Context, Call) Effect) func(context.Context, Call) Effect {
	left := make(chan struct{}, n)
	for range n {
		left <- struct{}{}
	}
	return func(ctx context.Context, call Call) Effect {
		effect := meet(ctx, call)
		if effect == (Effect{}) {
			return effect
		}
		select {
		case <-left:
			return effect
		default:
			return Effect{}
		}
	}
}

// On has the effect on every call of that name.
func On(name string, effect Effect) func(context.Context, Call) Effect {
	return func(_ context.Context, call Call) Effect {
		if call.Name == name {
			return effect
		}
		return Effect{}
	}
}

// meet numbers the call and asks who intercepts it.
func (w *World) meet(ctx context.Context, what Call) Effect {
	var asked []*interceptor
	w.do(func() {
		w.calls++
		what.N = w.calls
		asked = w.interceptors
	})
	for _, i := range asked {
		if effect := i.meet(ctx, what); effect != (Effect{}) {
			return effect
		}
	}
	return Effect{}
}
