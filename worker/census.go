package worker

import (
	"context"
	"errors"
	"fmt"

	"go.uber.org/zap"
)

// keptWhole is how many running releases a sweep keeps as it read them; of those
// beyond it keeps the names, and loads each when its turn comes: with ten
// thousand a sweep takes an hour, and would hold them all the while.
const keptWhole = 256

// census is what one reading of the table tells of all that runs.
type census struct {
	running []resident
	gauges  Gauges
}

// resident is a release that runs.
type resident struct {
	ref Ref
	// whole is the release as it was read; nil: load it.
	whole *Stored
}

// Refresh makes the index anew from the table.
func (l *Loop) Refresh(ctx context.Context) error {
	_, err := l.count(ctx)
	return err
}

// count reads all definitions and all that runs, one by one, and makes the index
// anew.
func (l *Loop) count(ctx context.Context) (census, error) {
	fresh := freshIndex()
	for d, err := range l.o.Store.Canaries(ctx) {
		l.tableSaid(err)
		switch {
		case errors.Is(err, ErrNewerSchema):
			l.log.Warn("a canary is left to newer workers", zap.Error(err))
			continue
		case err != nil:
			return census{}, fmt.Errorf("list canaries: %w", err)
		}
		fresh.watch(d.Plan)
		fresh.add(d.Plan)
	}
	c := census{gauges: Gauges{Heartbeat: 1}}
	for s, err := range l.o.Store.Running(ctx) {
		l.tableSaid(err)
		if err != nil {
			return census{}, fmt.Errorf("list running releases: %w", err)
		}
		fresh.add(s.Release.Plan)
		fresh.keep(s.Release)
		c.add(l, s)
	}
	l.index.become(fresh)
	return c, nil
}

func (c *census) add(l *Loop, s Stored) {
	one := resident{ref: refOf(s.Release)}
	if len(c.running) < keptWhole {
		one.whole = &s
	}
	c.running = append(c.running, one)
	l.wakeUp(one.ref, s.Release.WakeAt)
	at := l.now()
	c.gauges.RunningReleases++
	if s.Release.Stuck != nil {
		c.gauges.StuckReleases++
	}
	if at.Sub(s.Release.WakeAt) > overdue {
		c.gauges.OverdueReleases++
	}
	if s.Release.Gate != nil {
		c.gauges.OldestGateSeconds = max(c.gauges.OldestGateSeconds, at.Sub(s.Release.StartedAt).Seconds())
	}
}

// read is the resident as the table has it, or had it at the census; false if it
// runs no more or is left to newer workers.
func (l *Loop) read(ctx context.Context, r resident) (Stored, bool, error) {
	if r.whole != nil {
		return *r.whole, true, nil
	}
	s, err := l.load(ctx, r.ref)
	if err != nil {
		return s, false, ignoreGone(err)
	}
	return s, s.Release.Running(), nil
}
