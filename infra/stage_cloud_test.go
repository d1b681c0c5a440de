package infra_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/serinhq/serin/internal/awstest"
)

// cloud is a test AWS with every stand-in on it. Stories share a few of them, each in an installation of its own, as
// teams share an account; what happens to the others concerns none.
type cloud struct {
	*awstest.World
	functions   *awstest.Lambda
	balancing   *awstest.ELBv2
	alarms      *awstest.CloudWatch
	pipelines   *awstest.CodePipeline
	deployments *awstest.CodeDeploy
	services    *awstest.ECS
	builds      *awstest.CodeBuild
	configs     *awstest.AppConfig
	shops       *awstest.Beanstalk
	stacks      *awstest.CloudFormation
	lattice     *awstest.Lattice
	names       *awstest.Route53
	files       *awstest.S3
	stores      *awstest.KeyValueStore
	gateway     *awstest.APIGateway
	edges       *awstest.CloudFront

	mu      sync.Mutex
	failf   func(format string, args ...any)
	made    map[madeCall]int
	watched map[string]watcher
	hears   map[string]func(json.RawMessage) // by name of pipeline, application or project
	caused  chan json.RawMessage             // what calls caused, on its way to who hears
	closing chan struct{}                    // closed by Close
	told    chan struct{}                    // closed when nothing is on its way any more
}

// madeCall is an operation that somebody called.
type madeCall struct{ actor, operation string }

// watcher hears of an actor's calls, before each is applied and after, and may kill the caller.
type watcher struct{ before, after func(awstest.Call) }

// ownCloud is a cloud that no other test shares.
func ownCloud(t *testing.T, o awstest.Options) *cloud {
	t.Helper()
	c, err := openCloud(t.Context(), o)
	opened(t, err)
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("close the test AWS: %v", err)
		}
	})
	return c
}

// opened ends a test that has no test AWS.
func opened(t *testing.T, err error) {
	t.Helper()
	if missing := (*awstest.Missing)(nil); errors.As(err, &missing) {
		notRun(t, missing)
	}
	if err != nil {
		t.Fatalf("open a test AWS: %v", err)
	}
}

func openCloud(ctx context.Context, o awstest.Options) (*cloud, error) {
	o.ForgetCalls = true // a hundred thousand calls with their bodies: what is needed of them is noted below
	w, err := awstest.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	c := &cloud{
		World:       w,
		functions:   awstest.NewLambda(awstest.Account, awstest.Region, w.Ledger(), w.Clock()),
		balancing:   awstest.NewELBv2(awstest.Account, awstest.Region, w.Ledger()),
		alarms:      awstest.NewCloudWatch(awstest.Account, awstest.Region, w.Clock()),
		pipelines:   awstest.NewCodePipeline(awstest.Account, awstest.Region, w.Ledger(), w.Clock()),
		deployments: awstest.NewCodeDeploy(awstest.Account, awstest.Region, w.Ledger(), w.Clock()),
		services:    awstest.NewECS(awstest.Account, awstest.Region, w.Ledger(), w.Clock()),
		lattice:     awstest.NewLattice(awstest.Account, awstest.Region, w.Ledger(), w.Clock()),
		gateway:     awstest.NewAPIGateway(awstest.Account, awstest.Region, w.Ledger(), w.Clock()),
		configs:     awstest.NewAppConfig(awstest.Account, awstest.Region, w.Ledger(), w.Clock()),
		shops:       awstest.NewBeanstalk(awstest.Account, awstest.Region, w.Ledger(), w.Clock()),
		stacks:      awstest.NewCloudFormation(awstest.Account, awstest.Region, w.Ledger(), w.Clock()),
		builds:      awstest.NewCodeBuild(awstest.Account, awstest.Region, w.Ledger(), w.Clock()),
		edges:       awstest.NewCloudFront(awstest.Account, w.Ledger(), w.Clock()),
		files:       awstest.NewS3(awstest.Account, awstest.Region, w.Ledger(), w.Clock()),
		stores:      awstest.NewKeyValueStore(awstest.Account, w.Ledger(), w.Clock()),
		names:       awstest.NewRoute53(w.Ledger(), w.Clock()),
		failf:       o.Failf,
		made:        map[madeCall]int{},
		watched:     map[string]watcher{},
		hears:       map[string]func(json.RawMessage){},
		caused:      make(chan json.RawMessage, 1000),
		closing:     make(chan struct{}),
		told:        make(chan struct{}),
	}
	for _, emitter := range []interface{ OnEvent(func(json.RawMessage)) }{c.pipelines, c.deployments, c.builds} {
		emitter.OnEvent(func(event json.RawMessage) {
			select {
			case c.caused <- event:
			case <-c.closing:
			}
		})
	}
	go c.relay()
	for _, s := range c.standIns() {
		w.Register(s)
	}
	w.Before(func(call awstest.Call) {
		if see := c.watcher(call.Actor).before; see != nil {
			see(call)
		}
	})
	w.After(func(call awstest.Call) {
		c.mu.Lock()
		c.made[madeCall{call.Actor, call.Operation}]++
		c.mu.Unlock()
		used.note(call)
		if see := c.watcher(call.Actor).after; see != nil {
			see(call)
		}
	})
	return c, nil
}

// standIns are all of them.
func (c *cloud) standIns() []awstest.StandIn {
	return []awstest.StandIn{
		c.functions, c.balancing, c.alarms, c.pipelines, c.deployments, c.builds, c.configs, c.shops, c.stacks, c.services, c.lattice,
		c.gateway, c.edges, c.files, c.stores, c.names,
	}
}

func (c *cloud) watcher(actor string) watcher {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.watched[actor]
}

// watch has w hear of an actor's calls from now on.
func (c *cloud) watch(actor string, w watcher) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watched[actor] = w
}

// relay takes each event that somebody's call caused to the stage it comes from. The call does not wait for it.
func (c *cloud) relay() {
	defer close(c.told)
	for {
		select {
		case event := <-c.caused:
			c.tell(event)
		case <-c.closing:
			return
		}
	}
}

func (c *cloud) tell(event json.RawMessage) {
	var e struct {
		Detail struct {
			Pipeline, Application string
			Project               string `json:"project-name"`
		}
	}
	_ = json.Unmarshal(event, &e) // the stand-in's own: it is an envelope
	c.mu.Lock()
	hear := c.hears[e.Detail.Pipeline+e.Detail.Application+e.Detail.Project]
	c.mu.Unlock()
	if hear != nil {
		hear(event)
	}
}

// Close ends the cloud.
func (c *cloud) Close() error {
	close(c.closing)
	<-c.told
	return c.World.Close()
}

// called counts the actor's calls of an operation that were answered.
func (c *cloud) called(actor, operation string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.made[madeCall{actor, operation}]
}

// sharedClouds is how many there are: a story mostly waits, and an engine of its own would cost it two seconds of work.
const sharedClouds = 3

// heaven keeps the clouds that stories share, from the first that asks to the end of the tests.
type heaven struct {
	mu     sync.Mutex
	clouds [sharedClouds]*cloud
	next   int
	broken []string
}

var sky heaven //nolint:gochecknoglobals // see heaven

// cloud is the next one, in turn.
func (h *heaven) cloud(t *testing.T) *cloud {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	i := h.next % sharedClouds
	h.next++
	if h.clouds[i] == nil {
		c, err := openCloud(context.WithoutCancel(t.Context()), awstest.Options{Seed: uint64(i), Failf: h.failf})
		opened(t, err)
		h.clouds[i] = c
	}
	return h.clouds[i]
}

func (h *heaven) failf(format string, args ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.broken = append(h.broken, fmt.Sprintf(format, args...))
}

// close ends the clouds and reports whether nothing went wrong inside them.
func (h *heaven) close() bool {
	for _, c := range h.clouds {
		if c == nil {
			continue
		}
		if err := c.Close(); err != nil {
			h.failf("close a test AWS: %v", err)
		}
	}
	for _, text := range h.broken {
		fmt.Fprintln(os.Stderr, "the test AWS:", text)
	}
	return len(h.broken) == 0
}
