package statemachine

type guard = func(*turn) bool

func all(guards ...guard) guard {
	return func(t *turn) bool {
		for _, g := range guards {
			if !g(t) {
				return false
			}
		}
		return true
	}
}

func either(a, b guard) guard { return func(t *turn) bool { return a(t) || b(t) } }

func not(g guard) guard { return func(t *turn) bool { return !g(t) } }

func asked(v Verb) guard {
	return func(t *turn) bool {
		c, ok := t.in.(Command)
		return ok && c.Verb == v
	}
}

// done holds for the outcome of a pending order of this kind.
func done(kind OrderKind) guard {
	return func(t *turn) bool {
		in, ok := t.in.(OrderDone)
		if !ok {
			return false
		}
		o := t.old.order(in.Key)
		return o != nil && o.Kind == kind
	}
}

// mine holds for the outcome of any pending order.
func (t *turn) mine() bool { return t.order() != nil }

// order is the pending order that the input speaks of.
func (t *turn) order() *Order {
	switch in := t.in.(type) {
	case OrderDone:
		return t.old.order(in.Key)
	case OrderFailed:
		return t.old.order(in.Key)
	case Wake, Look, AlarmEvent, Command:
		return nil
	}
	return nil
}

func (r Release) order(key string) *Order {
	for i := range r.Pending {
		if r.Pending[i].Key == key {
			return &r.Pending[i]
		}
	}
	return nil
}

// Order returns the pending order with this key.
func (r Release) Order(key string) (Order, bool) {
	if o := r.order(key); o != nil {
		return *o, true
	}
	return Order{}, false
}

func (r Release) target(name string) int {
	for i := range r.Targets {
		if r.Targets[i].Name == name {
			return i
		}
	}
	return -1
}

func (t *turn) look() (Look, bool) {
	l, ok := t.in.(Look)
	return l, ok
}

// current is the look, if it was taken for this rev.
func (t *turn) current() (Look, bool) {
	l, ok := t.in.(Look)
	return l, ok && l.Rev == t.old.Rev
}

func (t *turn) held() bool          { return t.old.Held != nil }
func (t *turn) idle() bool          { return len(t.old.Pending) == 0 && !t.contended() && !t.held() }
func (t *turn) contended() bool     { return t.old.contended() }
func (t *turn) wished() bool        { return t.old.Wish != nil }
func (t *turn) promoteWished() bool { return t.old.Wish != nil && t.old.Wish.Verb == VerbPromote }
func (t *turn) othersPending() bool { return len(t.old.Pending) > 1 }

func (r Release) contended() bool { return r.Stuck != nil && r.Stuck.Code == string(CodeContended) }

// planDone: no step is left. A revert has none.
func (t *turn) planDone() bool {
	return t.old.Kind == Revert || t.old.Step >= len(t.old.Plan.Steps)
}

func (t *turn) approvalNext() bool {
	return !t.planDone() && t.old.Plan.Steps[t.old.Step].Approval != nil
}

// anyWritten: an order was made for some target, so a write may have landed.
func (t *turn) anyWritten() bool {
	for _, target := range t.old.Targets {
		if target.Written {
			return true
		}
	}
	return false
}

// gateWaits: there is a gate, and as far as we know nobody has answered it.
func (t *turn) gateWaits() bool {
	g := t.old.Gate
	return g != nil && (g.Status == GateOpen || g.Status == GateUnknown)
}

func (t *turn) gateApproved() bool { return t.old.Gate != nil && t.old.Gate.Status == GateApproved }

// answering: Answer(Approved) is pending. answered: any Answer is.
func (t *turn) answering() bool {
	for _, o := range t.old.Pending {
		if o.Kind == Answer && o.Approve {
			return true
		}
	}
	return false
}

func (t *turn) answered() bool {
	for _, o := range t.old.Pending {
		if o.Kind == Answer {
			return true
		}
	}
	return false
}

func (t *turn) answeredApproved() bool {
	in, ok := t.in.(OrderDone)
	return ok && in.Gate != nil && in.Gate.Status == GateApproved
}

// answeredNo: the gate was answered Rejected, or no longer waits for an answer.
func (t *turn) answeredNo() bool {
	in, ok := t.in.(OrderDone)
	return ok && in.Gate != nil && (in.Gate.Status == GateRejected || in.Gate.Status == GateGone)
}

func (t *turn) revFits(c Command) bool {
	if c.Rev == 0 {
		return c.Verb == VerbRollback
	}
	return c.Rev == t.old.Rev
}
