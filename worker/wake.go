package worker

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/serinhq/serin/statemachine"
)

// Wake looks after a release whose time has come. It claims the wake first, so
// one worker acts; one that is not due, or another's, is left alone.
func (l *Loop) Wake(ctx context.Context, ref Ref) error {
	s, err := l.load(ctx, ref)
	if err != nil {
		if errors.Is(err, ErrNotFound) || errors.Is(err, ErrNewerSchema) {
			return nil
		}
		l.rollOnWithoutTable(ctx, ref)
		return err
	}
	if !s.Release.Running() {
		l.memory.forget(ref)
		return nil
	}
	if s.Release.WakeAt.After(l.now()) {
		l.wakeUp(ref, s.Release.WakeAt)
		return nil
	}
	t := &turn{stored: s}
	if t.lease, err = l.claim(ctx, &t.stored); err != nil {
		return ended(err)
	}
	l.memory.keep(t.release(), t.lease)
	defer func() { l.wakeUp(ref, t.release().WakeAt) }()
	if len(t.due(l.now())) > 0 {
		if _, err := l.decide(ctx, t, statemachine.Wake{}); err != nil {
			return ended(err)
		}
		return l.carry(ctx, t)
	}
	looked, err := l.lookOnce(ctx, t)
	if err != nil || !looked {
		l.announce(ctx, t)
		return ended(err)
	}
	return l.carry(ctx, t)
}

// memory is this worker's copy of the rollbacks it saved: while the table is
// unreachable they go on, for one lease after their own.
type memory struct {
	mu    sync.Mutex
	turns map[Ref]turn
}

func (m *memory) keep(r statemachine.Release, have lease) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r.Phase != statemachine.RollingBack || !have.held() || len(r.Pending) == 0 {
		delete(m.turns, refOf(r))
		return
	}
	if m.turns == nil {
		m.turns = map[Ref]turn{}
	}
	m.turns[refOf(r)] = turn{stored: Stored{Release: r}, lease: have}
}

func (m *memory) forget(ref Ref) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.turns, ref)
}

func (m *memory) get(ref Ref) (turn, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t, ok := m.turns[ref]
	return t, ok
}

// landed notes the restores that are only carried out still: they are not written
// again.
func (m *memory) landed(ref Ref, outcomes []statemachine.Input) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t, ok := m.turns[ref]
	if !ok {
		return
	}
	pending := slices.Clone(t.stored.Release.Pending)
	for _, in := range outcomes {
		failed, _ := in.(statemachine.OrderFailed)
		for i := range pending {
			pending[i].Landed = pending[i].Landed || failed.Landed && pending[i].Key == failed.Key
		}
	}
	t.stored.Release.Pending = pending
	m.turns[ref] = t
}

// rollOnWithoutTable tries the Restores of a rollback that this worker saved and
// still owns. What comes of it is found again when the table answers: a restore
// is safe to repeat.
func (l *Loop) rollOnWithoutTable(ctx context.Context, ref Ref) {
	t, ok := l.memory.get(ref)
	if !ok {
		return
	}
	if l.o.Clock().After(restoreUntil(t.lease, t.release().Lease)) {
		l.memory.forget(ref)
		return
	}
	var restores []statemachine.Order
	for _, o := range t.release().Pending {
		if o.Kind == statemachine.Restore {
			restores = append(restores, o)
		}
	}
	outcomes := make([]statemachine.Input, len(restores))
	l.fan(len(restores), func(i int) { outcomes[i] = l.try(ctx, &t, restores[i]) })
	l.memory.landed(ref, outcomes)
	l.wakeUp(ref, l.now().Add(l.o.CallTimeout))
}
