package demo

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/serinhq/serin/internal/event"
	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// stage is the world, and the workers in it.
type stage struct {
	Options
	world *local.World
	begun time.Time
	heard map[string]bool
	// registry holds the numbers of all workers, each under its name.
	registry *prometheus.Registry

	mu      sync.Mutex
	killed  string
	killAt  time.Time
	workers map[string]*running
}

// running is a worker under way.
type running struct {
	loop   *worker.Loop
	cancel context.CancelFunc
	ended  chan error
}

func newStage(o Options) *stage {
	w := local.NewWorld(nil)
	return &stage{
		Options: o, world: w, begun: time.Now(), heard: map[string]bool{},
		registry: prometheus.NewRegistry(), workers: map[string]*running{},
	}
}

// Close ends the workers, as SIGTERM would, and the world.
func (s *stage) Close() error {
	s.mu.Lock()
	workers := s.workers
	s.workers = map[string]*running{}
	s.mu.Unlock()
	for _, w := range workers {
		w.cancel()
	}
	var err error
	for id, w := range workers {
		if ended := <-w.ended; ended != nil && err == nil {
			err = fmt.Errorf("%s: %w", id, ended)
		}
	}
	s.world.Close()
	return err
}

// scaled is a duration at the play's speed.
func (s *stage) scaled(d time.Duration) time.Duration {
	return time.Duration(float64(d) / s.Speed)
}

// startWorker runs a worker with the settings it has on AWS, divided by speed.
func (s *stage) startWorker(ctx context.Context, id string) error {
	c := s.world.Client(id)
	rates := worker.DefaultRates()
	for api := range rates {
		rates[api] *= s.Speed
	}
	loop, err := worker.New(worker.Options{
		ID: id, Version: "demo", Log: s.Log.Named(id), Rates: rates,
		Metrics: worker.NewMetrics(prometheus.WrapRegistererWith(prometheus.Labels{"worker": id}, s.registry)),
		Events:  c.Events(), Commands: c.Commands(), Store: c.Store(), Targets: c.Targets(), Deployments: c.Deployments(), Checks: c.Checks(),
		Pipeline: c.Pipeline(), Alarms: c.Alarms(), Announcer: c.Announcer(), Meter: c.Meter(),
		Decoder:     event.NewDecoder(event.Options{Accounts: []string{local.Account}, Regions: []string{local.Region}}),
		Lease:       s.scaled(15 * time.Second),
		CallTimeout: s.scaled(5 * time.Second),
		Resync:      s.scaled(60 * time.Second),
		Drain:       s.scaled(30 * time.Second),
		Poll:        s.scaled(20 * time.Second),
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	w := &running{loop: loop, cancel: cancel, ended: make(chan error, 1)}
	s.mu.Lock()
	s.workers[id] = w
	s.mu.Unlock()
	go func() { w.ended <- loop.Run(ctx) }()
	s.say("", "%s starts", id)
	return nil
}

// killDuring kills the worker that makes the call which meets is true of, just
// as the call is applied: it never hears the answer, and from that instant
// nothing it does reaches the world.
func (s *stage) killDuring(meets func(local.Call) bool) {
	s.world.Intercept(func(_ context.Context, call local.Call) local.Effect {
		s.mu.Lock()
		defer s.mu.Unlock()
		switch {
		case s.killed == call.Client:
			return local.Effect{Err: worker.ErrUnavailable}
		case s.killed != "" || s.workers[call.Client] == nil || !meets(call):
			return local.Effect{}
		}
		s.killed, s.killAt = call.Client, time.Now()
		s.workers[call.Client].cancel()
		return local.Effect{Lost: true}
	})
}

// victim is the worker that was killed, and when; "" before.
func (s *stage) victim() (id string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.killed, s.killAt
}

// store reads the table, as the command line would.
func (s *stage) store() worker.Catalog { return s.world.Client("demo").Store() }

// release is the scene's one; nil before it is created.
func (s *stage) release(ctx context.Context, one *scene) (*worker.Stored, error) {
	all, err := s.store().Releases(ctx, one.plan.Canary, time.Time{})
	if err != nil {
		return nil, fmt.Errorf("read releases of %s: %w", one.plan.Canary, err)
	}
	if len(all) == 0 {
		return nil, nil //nolint:nilnil // none yet is an answer
	}
	return &all[len(all)-1], nil
}

// scale divides every duration of a plan.
func (s *stage) scale(p *statemachine.Plan) {
	p.Deadline, p.PreflightWait, p.HoldTimeout = s.scaled(p.Deadline), s.scaled(p.PreflightWait), s.scaled(p.HoldTimeout)
	for i := range p.Steps {
		p.Steps[i].Bake = s.scaled(p.Steps[i].Bake)
		if p.Steps[i].Approval != nil {
			p.Steps[i].Approval.Timeout = s.scaled(p.Steps[i].Approval.Timeout)
		}
	}
}
