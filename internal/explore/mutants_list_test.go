package explore_test

// mutant is a mistake made in the real code: text that stands in a file exactly
// once, and what stands there instead. The compiler sees it through an overlay,
// so no option of the shipped code can switch it on.
type mutant struct {
	name  string
	edits []edit
	// in is the scenario that must break one of the laws.
	in   string
	laws string
}

type edit struct{ file, old, instead string }

// mutants are those of the protocol's own list, in its order, then the four that
// its model could not tell from the code, then those of what it left out.
func mutants() []mutant {
	all := append(targetMutants(), lookMutants()...)
	all = append(all, endMutants()...)
	all = append(all, slotMutants()...)
	all = append(all, survivors()...)
	return append(all, others()...)
}

// quick are the mutants that every test run explores.
func quick() []string {
	return []string{"acknowledged although nothing was saved", "restore skips the write when equal", "commands without rev", "act on an order you do not own", "no deadline, contended"}
}

const (
	stillMine = "	if err := l.stillMine(ctx, t, o); err != nil {\n		return nil, err\n	}\n"
	observe   = "	seen, token, err := l.observe(ctx, t, target)\n	if err != nil {\n		return nil, err\n	}\n"
	covers    = "	if !t.lease.covers(s.Release.CallTimeout, l.o.Clock()) {\n		return errLost\n	}\n"
	bounded1  = "ctx, cancel := context.WithDeadline(ctx, l.sendBefore(t, o))"
	unbounded = "ctx, cancel := context.WithCancel(ctx)"
	sent      = "	if err != nil && !ambiguous(err) {\n		return nil, fmt.Errorf(\"%s %s to %s: %w\", o.Kind, o.Target, want.Split, err)\n	}\n	back, _, readErr"
)

// failedAck and commandAck are the verdicts for what could not be saved, turned into
// an acknowledgement.
func failedAck() edit {
	return edit{"worker/handle.go", "		l.log.Warn(\"event not dealt with; handed back\", zap.String(\"message\", d.ID), zap.Int(\"receives\", d.Receives), zap.Error(err))\n		return Verdict{Delay: d.again(), Why: \"failed\"}", "		return Verdict{Ack: true, Why: \"done\"}"}
}

func commandAck() edit {
	return edit{"worker/commands.go", "		l.log.Warn(\"command not dealt with; handed back\", zap.String(\"command\", c.ID), zap.Int(\"receives\", d.Receives), zap.Error(err))\n		return Verdict{Delay: d.again(), Why: \"failed\"}", "		return Verdict{Ack: true, Why: \"done\"}"}
}

func targetMutants() []mutant {
	return []mutant{
		{"restore skips the write when equal", []edit{{"worker/restore.go", "	if !traitsOf(t.release(), o.Target).Fenced {\n", "	if seen.Same(*o.Want) {\n		return statemachine.OrderDone{Key: o.Key, Seen: &seen}, nil\n	}\n	if !traitsOf(t.release(), o.Target).Fenced {\n"}}, "lambda/alarm", "3,5"},
		{"no re-check between token read and write", []edit{{"worker/forward.go", observe + stillMine, observe}}, "lambda/alarm", "3,5"},
		{"re-check before the token read", []edit{{"worker/forward.go", observe + stillMine, stillMine + observe}}, "lambda/alarm", "3,5"},
		{"restore confirmed by value only", []edit{
			{"worker/restore.go", "	case after == token && err != nil:", "	case after == token && err != nil && false:"},
			{"worker/restore.go", "	case after == token:", "	case after == token && false:"}}, "lambda/late", "3,5"},
		{"write issued without lease left", []edit{{"worker/act.go", covers, ""}, {"worker/lease.go", bounded1, unbounded},
			{"worker/restore.go", "	if !l.o.Clock().Before(l.sendBefore(t, o)) {\n		return nil, errLost\n	}\n", ""}}, "alb/stall", "5,2"},
		{"settle 2 × call timeout", []edit{{"statemachine/ends.go", "t.next.SettleAt = t.now.Add(t.old.Lease + t.old.CallTimeout)", "t.next.SettleAt = t.now.Add(2 * t.old.CallTimeout)"}}, "mutant/alb-stall-late", "5"},
		{"settleAt not compared with now", []edit{{"statemachine/settle.go", "return l, ok && len(t.old.Pending) == 0 && reached(t.old.SettleAt, l.BegunAt)", "return l, ok && len(t.old.Pending) == 0"}}, "mutant/alb-late-sweep", "5"},
		{"put-right not followed by a new settle", []edit{{"statemachine/settle.go", "	t.confirmOnly()\n	t.next.SettleAt = t.now.Add(t.old.Lease + t.old.CallTimeout)\n", "	t.confirmOnly()\n	t.next.SettleAt, t.next.SettledAt = noTime, t.now\n"}}, "mutant/next-late", "5"},
		{"no quiet time on a fence-less target", []edit{{"statemachine/moves.go", "	if !t.old.Plan.Targets[i].Traits.Fenced {", "	if false && !t.old.Plan.Targets[i].Traits.Fenced {"}}, "alb/late2", "2,7"},
		{"promote replaces a pending shift", []edit{{"statemachine/command.go", "	t.next.Wish = &Wish{Verb: verb, By: c.Actor, At: t.now}\n", "	if t.old.Phase == Shifting {\n		t.next.Phase, t.next.Pending = Promoting, nil\n		t.startPromote()\n		return\n	}\n	t.next.Wish = &Wish{Verb: verb, By: c.Actor, At: t.now}\n"}}, "alb/promote", "2"},
	}
}

func lookMutants() []mutant {
	const late = "	from, ok := t.goOnAt()\n	if !ok || l.BegunAt.Before(from) {\n		return false\n	}\n	return t.unhealthy(l) == \"\"\n"
	const saved = "	from, ok := t.goOnAt()\n	if !ok || t.now.Before(from) {\n		return false\n	}\n	return t.unhealthy(l) == \"\"\n"
	return []mutant{
		{"look reused after a conflict, bakeEnd compared with save time", []edit{
			{"worker/decide.go", "		if _, isLook := in.(statemachine.Look); isLook {\n			return d, ErrConflict\n		}\n", "		if look, isLook := in.(statemachine.Look); isLook {\n			look.Rev = t.release().Rev\n			in = look\n		}\n"},
			{"statemachine/permit.go", late, saved}}, "lambda/stall", "4"},
		{"bakeEnd compared with save time", []edit{{"statemachine/permit.go", late, saved}}, "mutant/stall-sweep", "4"},
		{"look ignores transition time", []edit{{"statemachine/failure_alarm.go", "	case !a.Visited.IsZero() && ", "	case false && !a.Visited.IsZero() && "}}, "lambda/alarm", "4"},
		{"look ignores alarms", []edit{
			{"statemachine/failure_alarm.go", "	case a.State == AlarmFiring && !muted:", "	case false && a.State == AlarmFiring && !muted:"},
			{"statemachine/failure_alarm.go", "	case !a.Visited.IsZero() && ", "	case false && !a.Visited.IsZero() && "},
			{"statemachine/permit.go", "	case a.State == AlarmOK, ", "	case a.State == AlarmOK, a.State == AlarmFiring, "}}, "lambda/alarm", "4"},
		{"ALARM in preflight acknowledged without save", []edit{{"statemachine/table_rows.go", "onAlarm, \"ALARM\", (*turn).alarmInPreflight,", "onAlarm, \"ALARM\", func(*turn) bool { return false },"}}, "lambda/alarm", "1"},
		{"acknowledged although nothing was saved", []edit{failedAck()}, "lambda/outage", "1"},
		{"ALARM ignored while held", []edit{{"statemachine/failure_alarm.go", "	if !ok || in.State != AlarmFiring ||", "	if !ok || t.held() || in.State != AlarmFiring ||"}}, "lambda/held-alarm", "1,3"},
		{"save without rev condition", []edit{{"worker/decide.go", "		if loadErr == nil && s.OpID == c.OpID {\n			return nil\n		}\n", "		if loadErr == nil && s.OpID == c.OpID {\n			return nil\n		}\n		if loadErr == nil && s.Release.Rev != c.Saves[0].WasRev {\n			c.Saves = append([]Save(nil), c.Saves...)\n			c.Saves[0].WasRev = s.Release.Rev\n			return l.commit(ctx, c, decided)\n		}\n"}}, "lambda/alarm", "3,5,2"},
		// what it takes for done is found by settle: law 9 alone is broken
		{"outcome accepted without order key", []edit{{"statemachine/guards.go", "		if r.Pending[i].Key == key {\n			return &r.Pending[i]\n		}\n", "		if r.Pending[i].Key != \"\" && key != \"\" {\n			return &r.Pending[i]\n		}\n"}}, "lambda/alarm", "3,2,7,9"},
	}
}

func endMutants() []mutant {
	return []mutant{
		{"rolling_back without wakeAt", []edit{{"statemachine/timers.go", "	if r.anyDue(t.now) {\n		if t.ownsOrders()", "	if r.Phase == RollingBack {\n		return noTime\n	}\n	if r.anyDue(t.now) {\n		if t.ownsOrders()"}}, "mutant/wait", "7"},
		{"terminal leaves by-wake before settled", []edit{{"statemachine/timers.go", "	if !r.Running() {\n		return noTime\n	}\n	if r.anyDue", "	if !r.Running() || r.Phase == RolledBack {\n		return noTime\n	}\n	if r.anyDue"}}, "mutant/wait", "7"},
		{"no deadline, held", []edit{
			{"statemachine/command.go", "	if t.old.Held == nil || !reached(t.old.Held.Until, t.now) {\n", "	if t.old.Held == nil || true {\n"},
			{"statemachine/failure.go", "	case r.Held != nil && reached(r.Held.Until, t.now):", "	case false && r.Held != nil && reached(r.Held.Until, t.now):"},
			{"statemachine/failure.go", "!r.ClockStopped.IsZero() || !reached(r.DeadlineAt, t.now)", "true"}}, "mutant/pause", "7"},
		{"no deadline, contended", []edit{
			{"statemachine/failure.go", "!r.ClockStopped.IsZero() || !reached(r.DeadlineAt, t.now)", "r.Stuck != nil || !r.ClockStopped.IsZero() || !reached(r.DeadlineAt, t.now)"}}, "lambda/drift", "7"},
		{"gate Rejected before traffic restored", []edit{{"statemachine/back.go", "	t.next.Held, t.next.Stuck, t.next.Pending = nil, nil, nil\n", "	t.next.Held, t.next.Stuck, t.next.Pending = nil, nil, nil\n	if t.gateWaits() {\n		t.next.Pending = append(t.next.Pending, t.answer(false, failure.Text))\n	}\n"}}, "gate/crash", "gate,3"},
		{"Approved refused because Rejected, still promoted", []edit{{"statemachine/table_rows.go", "\"gate says Approved\", all(done(Answer), (*turn).answeredApproved),", "\"gate says Approved\", done(Answer),"}}, "gate/person", "gate"},
		{"ALARM rolls back while Approved is in flight", []edit{
			{"statemachine/table_rows.go", "all((*turn).answering, (*turn).anyWritten, (*turn).failed)", "func(*turn) bool { return false }"},
			{"statemachine/table_rows.go", "all((*turn).anyWritten, not((*turn).answered), (*turn).failed)", "all((*turn).anyWritten, (*turn).failed)"}}, "gate/crash", "gate"},
		{"commands without rev", []edit{{"statemachine/guards.go", "	return c.Rev == t.old.Rev\n", "	return true\n"}}, "lambda/promote", "command"},
	}
}

func slotMutants() []mutant {
	return []mutant{
		{"slot freed at terminal", []edit{
			{"worker/commit.go", "	if d.Next.Running() && !leftQueue {", "	if d.Next.FinishedAt.IsZero() && !leftQueue {"},
			{"worker/commit.go", "	if r.Running() {\n		return nil\n	}\n	var next", "	if r.FinishedAt.IsZero() {\n		return nil\n	}\n	var next"},
			{"statemachine/slot.go", "if s.Active != settled.ID || settled.Running() {", "if s.Active != settled.ID || settled.FinishedAt.IsZero() {"}}, "next/lambda", "6,2"},
		{"slot decision not conditional on slot rev", []edit{{"worker/create.go", "		switch {\n		case err == nil:\n			l.created(t, a, c)", "		if errors.Is(err, ErrConflict) {\n			if now, e := l.slot(ctx, spec.Plan.Canary); e == nil {\n				slot := *c.Slot\n				slot.Rev, c.Slot = now.Rev, &slot\n				err = l.commit(ctx, c, l.o.Clock())\n			}\n		}\n		switch {\n		case err == nil:\n			l.created(t, a, c)"}}, "queue/arrive", "7"},
		{"creation in several writes", []edit{{"worker/create.go", "		err = l.commit(ctx, c, a.New.Next.UpdatedAt)\n", "		first := c\n		first.Slot = nil\n		if err = l.commit(ctx, first, a.New.Next.UpdatedAt); err == nil {\n			err = l.commit(ctx, Commit{OpID: l.o.NewID(), By: l.o.ID, At: c.At, Slot: c.Slot}, l.o.Clock())\n		}\n"}}, "queue/crash", "7"},
		{"ending in several writes", []edit{{"worker/decide.go", "	if err := l.commit(ctx, c, begun); err != nil {\n		return d, err\n	}\n", "	rest := Commit{OpID: l.o.NewID(), By: l.o.ID, At: c.At, Slot: c.Slot, Saves: c.Saves[1:]}\n	c.Slot, c.Saves = nil, c.Saves[:1]\n	if err := l.commit(ctx, c, begun); err != nil {\n		return d, err\n	}\n	if rest.Slot != nil {\n		_ = l.commit(ctx, rest, begun)\n	}\n"}}, "next/verb", "7"},
		{"newest by arrival", []edit{{"statemachine/release_parts.go", "	if !t.At.Equal(o.At) {\n		return t.At.After(o.At)\n	}\n	return t.At2.After(o.At2)\n", "	return t.Key != o.Key\n"}}, "queue/three", "queue"},
		{"no trigger item", []edit{{"worker/create.go", "Trigger: &trigger, Slot: &a.Slot,", "Slot: &a.Slot,"}, {"worker/create.go", "	trigger := TriggerItem{Source: spec.Trigger.Source, Key: spec.Trigger.Key, Ref: Ref{spec.Plan.Canary, spec.ID}}\n", ""}}, "queue/crash", "one release a trigger"},
	}
}
