package infra_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/serinhq/serin/internal/awstest"
)

// stage is one installation of Serin on a test AWS.
type stage struct {
	*cloud
	t *testing.T
	// name is the stack's and the table's, and what the stage's function, pipeline, alarm and canary are called.
	name    string
	outputs map[string]string
	// send puts an event on the bus, through the deployed rules; on a bare stage straight on the queue.
	send func(event []byte) error
	// settings are the environment of every process, workerSettings what a worker has besides, without the SDK's part.
	settings, workerSettings map[string]string
	// pollEvery is how often the stage looks whether what it waits for has come.
	pollEvery time.Duration
}

// newStage deploys the template, under a name that no other story has, on a shared cloud.
func newStage(t *testing.T, name string) *stage {
	t.Helper()
	return sky.cloud(t).install(t, name)
}

// ownStage deploys the template on a cloud of its own, whose faults come by the seed alone.
func ownStage(t *testing.T, name string, seed uint64) *stage {
	t.Helper()
	return ownCloud(t, awstest.Options{Seed: seed, Failf: t.Errorf}).install(t, name)
}

// install deploys the template.
func (c *cloud) install(t *testing.T, name string) *stage {
	t.Helper()
	s := c.furnish(t, name, deploy(t, c.World, name, nil))
	s.send = s.PutEvent
	return s
}

// furnish makes a stage of an installation's outputs.
func (c *cloud) furnish(t *testing.T, name string, outputs map[string]string) *stage {
	t.Helper()
	s := &stage{cloud: c, t: t, name: name, outputs: outputs, pollEvery: 200 * time.Millisecond, settings: map[string]string{
		"SERIN_TABLE":             outputs["TableName"],
		"SERIN_QUEUE_URL":         outputs["QueueUrl"],
		"SERIN_COMMAND_QUEUE_URL": outputs["CommandQueueUrl"],
	}, workerSettings: map[string]string{
		"SERIN_HTTP_ADDR":    "127.0.0.1:0",
		"SERIN_LEASE":        "3s",
		"SERIN_CALL_TIMEOUT": "1s",
		"SERIN_RESYNC":       "2s",
		"SERIN_LOG_LEVEL":    "debug",
	}}
	s.hear(func(e json.RawMessage) {
		if err := s.send(e); err != nil {
			c.failf("an event that a call caused: %v", err)
		}
	})
	return s
}

// hear has f get the events that calls to the stage's own pipeline and deployments cause, in place of the bus.
func (s *stage) hear(f func(json.RawMessage)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hears[s.name] = f
}

// environment is all that a process of actor is given for a command line.
func (s *stage) environment(actor string, args ...string) []string {
	env := append(s.Env(actor), envRole+"="+roleOf(args))
	given := maps.Clone(s.settings)
	if args[0] == "worker" {
		maps.Copy(given, s.workerSettings)
	} else {
		// A command line makes a few calls and has time; what a second's timeout does is the workers' story.
		given["SERIN_CALL_TIMEOUT"], given["SERIN_LEASE"] = "10s", "30s"
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		env = append(env, name+"="+given[name])
	}
	return env
}

// emit has events happen.
func (s *stage) emit(events ...json.RawMessage) {
	s.t.Helper()
	for _, e := range events {
		if err := s.send(e); err != nil {
			s.t.Fatal(err)
		}
	}
}
