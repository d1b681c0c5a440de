package worker

import (
	"context"
	"errors"
	"fmt"

	"github.com/serinhq/serin/statemachine"
)

// alarmNames is how many alarms one DescribeAlarms call answers for.
const alarmNames = 100

// lookAgainAtAll looks at every running release. Their alarms are read together,
// a hundred names a call.
func (l *Loop) lookAgainAtAll(ctx context.Context, running []resident) error {
	var errs []error
	for len(running) > 0 && ctx.Err() == nil {
		some, names, err := l.someOf(ctx, &running)
		errs = append(errs, err)
		p, err := l.readAlarms(ctx, names)
		errs = append(errs, err)
		for _, s := range some {
			errs = append(errs, l.lookAgain(ctx, s, p))
		}
	}
	return errors.Join(errs...)
}

// someOf takes as many residents as have a hundred alarms together, and a
// hundred at most.
func (l *Loop) someOf(ctx context.Context, running *[]resident) (some []Stored, names map[string]bool, err error) {
	var errs []error
	names = map[string]bool{}
	for ; len(*running) > 0 && len(names) < alarmNames && len(some) < alarmNames; *running = (*running)[1:] {
		s, runs, err := l.read(ctx, (*running)[0])
		if errs = append(errs, err); !runs {
			continue
		}
		for _, a := range s.Release.Plan.Alarms {
			names[a.Name] = true
		}
		some = append(some, s)
	}
	return some, names, errors.Join(errs...)
}

// readAlarms is one paced reading for many releases.
func (l *Loop) readAlarms(ctx context.Context, names map[string]bool) (*pacer, error) {
	p := &pacer{wait: l.pace, begun: l.now(), alarms: map[string]statemachine.AlarmLook{}}
	queries := make([]AlarmQuery, 0, len(names))
	for name := range names {
		queries = append(queries, AlarmQuery{Name: name})
	}
	if len(queries) == 0 {
		return p, nil
	}
	if err := l.pace(ctx, "alarms"); err != nil {
		return p, err
	}
	p.begun = l.now()
	err := l.call(ctx, l.o.CallTimeout, func(ctx context.Context) error {
		looks, err := l.o.Alarms.Look(ctx, queries)
		for _, look := range looks {
			p.alarms[look.Name] = look
		}
		return err
	})
	if err != nil {
		return p, fmt.Errorf("read alarms: %w", err)
	}
	return p, nil
}

// lookAgain looks at a running release without a claim and without moving its
// wake: only what the look decides is saved, if the rev is still the one read.
func (l *Loop) lookAgain(ctx context.Context, s Stored, p *pacer) error {
	l.wakeUp(refOf(s.Release), s.Release.WakeAt)
	t := &turn{stored: s}
	if s.AnnouncedSeq < s.Release.Rev {
		l.announce(ctx, t)
	}
	if !s.Release.Needs().Any() {
		return nil
	}
	if s.Release.Needs().Preflight {
		p = nil // preflight never waits
	}
	look, err := l.look(ctx, t, p)
	if err != nil {
		return err
	}
	return ignoreGone(l.feed(ctx, t, look))
}
