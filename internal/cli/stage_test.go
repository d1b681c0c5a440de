package cli_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/zap/zaptest"

	"github.com/serinhq/serin/internal/app"
	"github.com/serinhq/serin/internal/cli"
	"github.com/serinhq/serin/internal/event"
	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/worker"
)

// stage is a world with a pipeline, an alias, a rule and an alarm, and the
// workers that a script starts.
type stage struct {
	*local.World
	t       *testing.T
	gate    worker.GateSpec
	workers map[string]func()
	// began is the newest pipeline execution or deployment.
	began  string
	undeny func()
	// repeats counts the times that a command was to be deleted from its queue.
	repeats atomic.Int64
}

const (
	alias = "checkout:live"
	rule  = "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener-rule/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee"
	blue  = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/blue/73e2d6bc24d8a067"
	green = "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/green/8a1e6f1b2c3d4e5f"
)

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{World: local.NewWorld(nil), t: t, workers: map[string]func(){},
		gate: worker.GateSpec{Pipeline: "checkout-prod", Stage: "Canary", Action: "Gate"}}
	s.CreatePipeline(local.PipelineSpec{Gate: s.gate})
	s.CreatePipeline(local.PipelineSpec{Gate: worker.GateSpec{Pipeline: "web-prod", Stage: "Canary", Action: "Gate"}})
	for _, name := range []string{"checkout-5xx", "web-5xx", "orders-5xx"} {
		s.CreateAlarm(local.AlarmSpec{Name: name})
	}
	s.CreateAlias(alias, "42")
	s.PublishVersion(alias, "43")
	s.PublishVersion(alias, "44")
	s.CreateRule(rule, blue, green)
	s.CreateDeploymentGroup("orders/prod", true)
	return s
}

func (s *stage) end() {
	for _, stop := range s.workers {
		stop()
	}
	s.Close()
}

// setup lets a script's files be the ones that the command line reads.
func (s *stage) setup(env *testscript.Env) error {
	s.t.Chdir(env.WorkDir)
	return nil
}

// start runs a worker.
func (s *stage) start(id string) {
	c := s.Client(id)
	l, err := worker.New(worker.Options{
		ID: id, Version: "v1", Events: c.Events(), Commands: c.Commands(), Store: c.Store(), Targets: c.Targets(),
		Deployments: c.Deployments(), Checks: c.Checks(), Pipeline: c.Pipeline(), Alarms: c.Alarms(), Announcer: c.Announcer(), Meter: c.Meter(),
		Decoder: event.NewDecoder(event.Options{Accounts: []string{local.Account}, Regions: []string{local.Region}}),
		Log:     zaptest.NewLogger(s.t).Named(id),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(s.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	s.workers[id] = func() {
		cancel()
		if err := <-ended; err != nil {
			s.t.Errorf("worker %s: %v", id, err)
		}
		delete(s.workers, id)
	}
}

// streams are a person's terminal on the world.
func (s *stage) streams(ts *testscript.TestScript) cli.Streams {
	return cli.Streams{
		Out: ts.Stdout(), Err: ts.Stderr(), Env: ts.Getenv,
		Open: func(settings app.Settings) *app.App { return app.OpenLocal(settings, s.Client("person")) },
	}
}

// after lets time pass, and everything that waits for it happen.
func after(d time.Duration) {
	time.Sleep(d) //nolint:forbidigo // the bubble's clock, not the wall's
	synctest.Wait()
}
