package explore_test

// survivors need an assertion of their own.
func survivors() []mutant {
	return []mutant{
		{"sweep claim unconditional", []edit{{"worker/wake.go", "	if t.lease, err = l.claim(ctx, &t.stored); err != nil {\n		return ended(err)\n	}\n", "	t.lease, _ = l.claim(ctx, &t.stored)\n"}}, "lambda/alarm", "claim"},
		{"read-back skipped after an OK answer", []edit{{"worker/forward.go", sent, "	if err == nil {\n		return statemachine.OrderDone{Key: o.Key, Seen: &want.Split}, nil\n	}\n" + sent}}, "lambda/stale", "read back"},
		{"deadline ends rolling_back", []edit{{"statemachine/table_rows.go", "		{onDone, \"more targets to restore\",", "		{onTime, \"deadline\", func(t *turn) bool { return reached(t.old.DeadlineAt, t.now) }, RolledBack, CodeDeadline, (*turn).finishRolledBack},\n		{onDone, \"more targets to restore\","}}, "mutant/deadline", "9"},
		{"act on an order you do not own", []edit{
			{"worker/carry.go", "if !t.lease.held() || len(t.due(l.now())) == 0 {", "if len(t.due(l.now())) == 0 {"},
			{"worker/carry.go", "	if t.release().Phase != statemachine.RollingBack {\n", "	if !t.lease.held() {\n		acted = true\n	} else if t.release().Phase != statemachine.RollingBack {\n"},
			{"worker/act.go", " || !s.Release.WakeAt.Equal(t.lease.wakeAt) {", " {"},
			{"worker/act.go", covers, ""}, {"worker/lease.go", bounded1, unbounded}}, "mutant/pause-stall", "lease,2,5"},
	}
}

// others are of what the protocol's model left out.
func others() []mutant {
	return []mutant{
		{"a save's time counted from when it is sent", []edit{{"worker/decide.go", "	if len(c.Saves) == 0 || !c.Saves[0].Next.Running() {\n		decided = l.o.Clock()\n	}\n", "	decided = l.o.Clock()\n"}}, "next/lambda", "5"},
		{"a saved rollback waits for the table", []edit{{"worker/wake.go", "		l.rollOnWithoutTable(ctx, ref)\n", ""}}, "lambda/down", "9"},
		{"routing index trusted for the running release", []edit{{"worker/handle.go", "		case err == nil && begun(s.Release):", "		case err == nil:"}}, "lambda/index", "1,3,4"},
		{"order done while AWS still carries it out", []edit{{"worker/forward.go", "	if seen.Rolling {\n", "	if false && seen.Rolling {\n"}}, "front/alarm", "read back"},
		{"check not waited for", []edit{{"statemachine/check_step.go", "seen.Status == CheckPass && !t.contended()", "!t.contended()"}}, "check/alarm", "4"},
		{"adopted split is the restore point", []edit{{"statemachine/preflight_target.go", "		restore, target.Adopted = Split{Stable: restore.Stable, Form: restore.Form}, seen.Split\n", "		target.Adopted = seen.Split\n"}}, "lambda/adopt", "2,5"},
		{"deployment continued without a healthy look", []edit{
			{"statemachine/permit.go", "	return t.unhealthy(l) == \"\"\n", "	return t.old.Plan.Guarded() || t.unhealthy(l) == \"\"\n"},
			{"statemachine/failure_alarm.go", "	case a.State == AlarmFiring && !muted:", "	case !t.old.Plan.Guarded() && a.State == AlarmFiring && !muted:"},
			{"statemachine/failure_alarm.go", "	case !a.Visited.IsZero() && ", "	case !t.old.Plan.Guarded() && !a.Visited.IsZero() && "}}, "guarded/alarm", "4"},
		{"gate's event acknowledged although nothing was saved", []edit{failedAck()}, "queue/fail", "1"},
		{"deployment's start acknowledged although nothing was saved", []edit{failedAck()}, "guarded/fail-event", "1"},
		{"command acknowledged although nothing was saved", []edit{commandAck()}, "lambda/fail-verb", "1"},
		{"target slots not taken", []edit{{"worker/commit.go", "		c.TargetSlots = taken(t.slots, d.Next)\n", "		_ = taken(t.slots, d.Next)\n"}}, "rival/lambda", "6"},
		{"target slots read at the save, not before the look", []edit{{"worker/commit.go", "		c.TargetSlots = taken(t.slots, d.Next)\n", "		now, err := l.targetSlots(ctx, d.Next)\n		if err != nil {\n			return c, err\n		}\n		c.TargetSlots = taken(now, d.Next)\n"}}, "rival/lambda", "6"},
		{"target slots freed at terminal", []edit{
			{"worker/commit.go", "	if d.Next.Running() && !leftQueue {", "	if d.Next.FinishedAt.IsZero() && !leftQueue {"},
			{"worker/commit.go", "	if d.Next.Running() {\n		return c, nil\n	}\n	return c, l.freeTargets", "	if d.Next.FinishedAt.IsZero() {\n		return c, nil\n	}\n	return c, l.freeTargets"}}, "rival/lambda", "6"},
		{"a correction of drift goes to the end", []edit{{"statemachine/drift_look.go", "	t.move(Shift, i, *t.old.Targets[i].Want, from)\n", "	t.move(Shift, i, t.old.finalSplit(i), from)\n"}}, "lambda/drift", "2"},
		{"drift does not count", []edit{
			{"statemachine/drift_look.go", "		if t.old.movable(i) && seen != nil", "		if false && seen != nil"},
			{"statemachine/permit.go", "		case !seen.Split.ServesAs(*target.expected()):", "		case false:"}}, "lambda/drift", "4"},
		{"somebody else's version is taken for a drift in weight", []edit{{"statemachine/drift.go", "	stable, _ := target.Restore.One()\n", "	stable, _ := target.Restore.One()\n	if s.Canary == \"\" {\n		return true\n	}\n"}}, "lambda/foreign", "2"},
		{"superseded, and its gate stays open", []edit{{"statemachine/refused.go", "	if r.Gate != nil && (r.Gate.Status == GateOpen", "	if r.Phase != Superseded && r.Gate != nil && (r.Gate.Status == GateOpen"}}, "queue/three", "gate"},
		{"refused, and its gate stays open", []edit{{"statemachine/refused.go", "	if r.Gate != nil && (r.Gate.Status == GateOpen", "	if r.Phase != Refused && r.Gate != nil && (r.Gate.Status == GateOpen"}}, "gate/crash", "gate"},
		{"sweep finds no gate", []edit{{"worker/sweep.go", "		return l.findGates(ctx, w)\n", "		return nil\n"}}, "queue/arrive", "7"},
		{"sweep finds no deployment", []edit{{"worker/sweep.go", "		return l.findDeployments(ctx, w)\n", "		return nil\n"}}, "guarded/events", "7"},
		{"an alarm without data is good news", []edit{{"statemachine/permit.go", "	case a.State == AlarmOK, ", "	case a.State == AlarmOK, a.State == AlarmNoData, "}}, "lambda/no-data", "4"},
		{"an alarm that can't be read is good news", []edit{{"statemachine/permit.go", "	case a.State == AlarmOK, ", "	case a.State == AlarmOK, a.State == AlarmUnknown, "}}, "lambda/fail", "4"},
		{"a promote wins over an alarm", []edit{
			{"statemachine/permit.go", "	case a.State == AlarmOK, ", "	case a.State == AlarmOK, t.old.Wish != nil, "},
			{"statemachine/failure_alarm.go", "	case a.State == AlarmFiring && !muted:", "	case a.State == AlarmFiring && !muted && t.old.Wish == nil:"},
			{"statemachine/failure_alarm.go", "	case !a.Visited.IsZero() && ", "	case t.old.Wish == nil && !a.Visited.IsZero() && "}}, "lambda/promote-alarm", "4"},
		{"history line left out of its order", []edit{{"statemachine/reason.go", "Seq: d.Next.Rev", "Seq: d.Next.Rev + 1"}}, "lambda/alarm", "8"},
	}
}
