package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/serinhq/serin/internal/local"
)

// Options say what to play.
type Options struct {
	// Speed divides every duration alike, 1–200: bakes, lease, call timeout, settle,
	// sweep, poll. Default 60.
	Speed float64
	// Scenario is one of [Scenarios], or "all". Default all.
	Scenario string
	// Audience hears what happens. Required.
	Audience Audience
	// Log is the workers' own log. Default: none.
	Log *zap.Logger
	// World, when set, changes the world before anything starts: a test breaks it.
	World func(*local.World)
}

// The fastest and the usual speed. Faster than this a call's timeout is shorter
// than a busy machine may let a worker wait.
const (
	MaxSpeed     = 200
	DefaultSpeed = 60
)

// All plays every scenario at once.
const All = "all"

// Scenarios are the stories by name.
func Scenarios() []string {
	var names []string
	for _, one := range scenes() {
		names = append(names, one.name)
	}
	return names
}

func (o *Options) defaults() {
	if o.Speed == 0 {
		o.Speed = DefaultSpeed
	}
	if o.Scenario == "" {
		o.Scenario = All
	}
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
}

// Validate reports everything that is wrong.
func (o *Options) Validate() error {
	var wrong []error
	if !(o.Speed >= 1 && o.Speed <= MaxSpeed) {
		wrong = append(wrong, fmt.Errorf("--speed is %g, must be from 1 to %d", o.Speed, MaxSpeed))
	}
	if o.Scenario != All && !slices.Contains(Scenarios(), o.Scenario) {
		wrong = append(wrong, fmt.Errorf("--scenario is %q, must be one of %v or %s", o.Scenario, Scenarios(), All))
	}
	if o.Audience == nil {
		wrong = append(wrong, errors.New("nobody watches"))
	}
	return errors.Join(wrong...)
}

// Demo is one play. Make it with [New], end it with Close.
type Demo struct {
	*stage
	scenes []*scene
}

// New sets the stage. Nothing moves before Play.
func New(o Options) (*Demo, error) {
	o.defaults()
	if err := o.Validate(); err != nil {
		return nil, err
	}
	d := &Demo{stage: newStage(o)}
	for _, one := range scenes() {
		if o.Scenario == All || o.Scenario == one.name {
			d.scenes = append(d.scenes, one)
		}
	}
	return d, nil
}

// limit is the longest that all stories together may take, before the speed.
const limit = 40 * time.Minute

// Play plays the stories to their end and says how each ended. The error is the
// end of ctx, or what kept the play from being set up.
func (d *Demo) Play(ctx context.Context) ([]Ending, error) {
	if err := d.begin(ctx); err != nil {
		return nil, err
	}
	tick := time.NewTicker(max(d.scaled(3*time.Second), time.Millisecond))
	defer tick.Stop()
	for end := time.Now().Add(d.scaled(limit)); time.Now().Before(end); {
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("demo interrupted: %w", ctx.Err())
		case <-tick.C:
		}
		over, err := d.step(ctx)
		switch {
		case ctx.Err() != nil: // the next round says so
		case err != nil:
			return nil, err
		case over:
			return d.endings(ctx), nil
		}
	}
	return d.endings(ctx), nil
}

// begin puts every canary and its pipeline into the world, starts two workers,
// and lets every pipeline reach its gate.
func (d *Demo) begin(ctx context.Context) error {
	for _, one := range d.scenes {
		if err := one.set(ctx, d.stage); err != nil {
			return fmt.Errorf("set up %s: %w", one.name, err)
		}
	}
	if d.World != nil {
		d.World(d.world)
	}
	for _, id := range []string{"worker-1", "worker-2"} {
		if err := d.startWorker(ctx, id); err != nil {
			return err
		}
	}
	for _, one := range d.scenes {
		one.start(d.stage)
	}
	return nil
}

// step tells the audience what is new, lets the world act, and says whether all
// stories are over.
func (d *Demo) step(ctx context.Context) (over bool, err error) {
	d.tellAnnounced()
	over = true
	rows := make([]Row, 0, len(d.scenes))
	for _, one := range d.scenes {
		s, err := d.release(ctx, one)
		if err != nil {
			return false, err
		}
		if s == nil || s.Release.Running() || s.AnnouncedSeq < s.Release.Rev {
			over = false
		}
		if s != nil && one.cue != nil {
			one.cue(d.stage, one, s.Release)
		}
		rows = append(rows, d.row(one, s))
	}
	d.Audience.Show(rows)
	return over, nil
}
