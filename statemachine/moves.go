package statemachine

import (
	"fmt"
	"time"
)

// recorded is the release with an OrderDone's split noted.
func (t *turn) recorded() Release {
	r := t.old.draft()
	if o := t.order(); o != nil {
		r.confirm(*o)
	}
	return r
}

// confirm notes that an order's split was read back.
func (r *Release) confirm(o Order) {
	if i := r.target(o.Target); i >= 0 && o.Want != nil {
		want := *o.Want
		r.Targets[i].Want = &want
	}
}

// newOrder makes an order with the key of the save that is being decided.
func (t *turn) newOrder(kind OrderKind, name string) Order {
	return Order{Kind: kind, Target: name, Since: t.now,
		Key: fmt.Sprintf("%s/%d/%s/%s", t.old.ID, t.old.Rev+1, kind, name)}
}

// move makes the order that brings target i to want. Without a fence it waits
// until nothing of the last one can still land.
func (t *turn) move(kind OrderKind, i int, want Split, from *Split) {
	target := &t.next.Targets[i]
	o := t.newOrder(kind, target.Name)
	o.Want, o.From = &want, from
	if o.ForwardMove() && target.QuietUntil.After(t.now) {
		o.RetryAt = target.QuietUntil
	}
	target.Written = true
	t.next.Waiting = ""
	t.next.Pending = append(t.next.Pending, o)
}

// confirmOnly records what the order did and drops it.
func (t *turn) confirmOnly() {
	o := t.order()
	if o == nil {
		return
	}
	t.drop(o.Key)
	t.next.Waiting = ""
	t.next.confirm(*o)
	i := t.next.target(o.Target)
	if i < 0 {
		return
	}
	in, _ := t.in.(OrderDone)
	if in.Seen != nil {
		t.next.Targets[i].Seen, t.next.Targets[i].SeenAt = in.Seen, t.now
	}
	if !t.old.Plan.Targets[i].Traits.Fenced {
		t.next.Targets[i].QuietUntil = t.now.Add(t.old.Lease + t.old.CallTimeout)
	}
	if o.Want != nil {
		t.say(t.code, fmt.Sprintf("%s shows %s", o.Target, o.Want))
	}
}

func (t *turn) drop(key string) {
	var kept []Order
	for _, o := range t.next.Pending {
		if o.Key != key {
			kept = append(kept, o)
		}
	}
	t.next.Pending = kept
	if t.next.Stuck != nil && t.next.Stuck.Key == key {
		t.next.Stuck = nil
	}
}

// quiet is when no late write of this release can land on a fence-less target.
func (r Release) quiet() time.Time {
	quiet := noTime
	for _, target := range r.Targets {
		quiet = latest(quiet, target.QuietUntil)
	}
	return quiet
}
