package worker

import (
	"context"
	"fmt"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// pacer spaces the sweep's reads and carries the alarms it read for many
// releases in one call. Nil: a look that waits for nobody and reads for itself.
type pacer struct {
	wait   func(ctx context.Context, api string) error
	alarms map[string]statemachine.AlarmLook
	// begun is when those alarms were asked.
	begun time.Time
}

func (p *pacer) pace(ctx context.Context, api string) error {
	if p == nil {
		return nil
	}
	return p.wait(ctx, api)
}

// known answers queries from the sweep's own reading; false if any of them needs
// a reading of its own: another transition than remembered, data, or mute rules.
func (p *pacer) known(queries []AlarmQuery) ([]statemachine.AlarmLook, bool) {
	if p == nil {
		return nil, false
	}
	looks := make([]statemachine.AlarmLook, 0, len(queries))
	for _, q := range queries {
		look, ok := p.alarms[q.Name]
		if !ok || q.Data || q.Mute || !look.Transition.Equal(q.Since) {
			return nil, false
		}
		looks = append(looks, look)
	}
	return looks, true
}

// pace is the sweep's budget: one token bucket an API, shared by all. It returns
// when the read may be made.
func (l *Loop) pace(ctx context.Context, api string) error {
	bucket, ok := l.budgets[api]
	if !ok {
		return nil
	}
	begun := l.o.Clock()
	err := bucket.Wait(ctx)
	l.metrics.paced(api, l.o.Clock().Sub(begun))
	return err
}

func (l *Loop) lookAtAlarms(ctx context.Context, r statemachine.Release, preflight bool, p *pacer) []statemachine.AlarmLook {
	queries := make([]AlarmQuery, 0, len(r.Plan.Alarms))
	for i, spec := range r.Plan.Alarms {
		q := AlarmQuery{Name: spec.Name, Mute: spec.HonorMute, Data: preflight || spec.RequireData}
		if !preflight && i < len(r.Alarms) {
			q.Since = r.Alarms[i].Transition
		}
		queries = append(queries, q)
	}
	if len(queries) == 0 {
		return nil
	}
	if looks, ok := p.known(queries); ok {
		return looks
	}
	var looks []statemachine.AlarmLook
	err := p.pace(ctx, "alarms")
	if err == nil {
		err = l.call(ctx, r.CallTimeout, func(ctx context.Context) (err error) {
			looks, err = l.o.Alarms.Look(ctx, queries)
			return err
		})
	}
	if err == nil && len(looks) == len(queries) {
		return looks
	}
	if err == nil {
		err = fmt.Errorf("%d alarms asked, %d answered: %w", len(queries), len(looks), ErrUnavailable)
	}
	fault := FaultOf(err)
	looks = nil
	for _, q := range queries {
		looks = append(looks, statemachine.AlarmLook{Name: q.Name, State: statemachine.AlarmUnknown, Fault: &fault})
	}
	return looks
}
