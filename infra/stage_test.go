package infra_test

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
)

// stage is one installation of Serin on a test AWS.
type stage struct {
	*cloud
	t *testing.T
	// name is the stack's and the table's, and what the stage's function, pipeline, alarm and canary are called.
	name    string
	outputs map[string]string
	// settings are the worker's environment, without the SDK's part.
	settings map[string]string
	// pollEvery is how often the stage looks whether what it waits for has come.
	pollEvery time.Duration
}

// newStage deploys the template, under a name that no other story has, on a shared cloud.
func newStage(t *testing.T, name string) *stage {
	t.Helper()
	c := sky.cloud(t)
	s := c.furnish(t, name, deploy(t, c.World, name, nil))
	t.Cleanup(func() {
		// Gone, its queue gets no more of the others' events.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
		defer cancel()
		api := cloudformation.NewFromConfig(c.Config("operator"))
		if _, err := api.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: &name}); err != nil {
			t.Errorf("delete stack %s: %v", name, err)
		}
	})
	return s
}

// furnish makes a stage of an installation's outputs.
func (c *cloud) furnish(t *testing.T, name string, outputs map[string]string) *stage {
	t.Helper()
	return &stage{cloud: c, t: t, name: name, outputs: outputs, pollEvery: 50 * time.Millisecond, settings: map[string]string{
		"SERIN_TABLE":             outputs["TableName"],
		"SERIN_QUEUE_URL":         outputs["QueueUrl"],
		"SERIN_COMMAND_QUEUE_URL": outputs["CommandQueueUrl"],
		"SERIN_HTTP_ADDR":         "127.0.0.1:0",
		"SERIN_LEASE":             "3s",
		"SERIN_CALL_TIMEOUT":      "1s",
		"SERIN_RESYNC":            "2s",
		"SERIN_LOG_LEVEL":         "debug",
	}}
}

// environment is all that a process of actor is given.
func (s *stage) environment(actor string) []string {
	env := s.Env(actor)
	for _, name := range slices.Sorted(maps.Keys(s.settings)) {
		env = append(env, name+"="+s.settings[name])
	}
	return env
}

// emit puts events on the bus, through the deployed rules.
func (s *stage) emit(events ...json.RawMessage) {
	s.t.Helper()
	for _, e := range events {
		if err := s.PutEvent(e); err != nil {
			s.t.Fatal(err)
		}
	}
}
