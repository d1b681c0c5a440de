package infra_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/serinhq/serin/internal/awstest"
)

// serin runs one of serin's commands as a person does, and returns what it prints.
func (i *installation) serin(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, built.path(t), args...)
	cmd.Env = i.person
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		t.Fatalf("serin %s: %v\n%s", strings.Join(args, " "), err, problems.Bytes())
	}
	return out.String()
}

// startWorker starts `serin worker`, which ends with the test.
func (i *installation) startWorker(t *testing.T) {
	t.Helper()
	said := &transcript{}
	cmd := exec.Command(built.path(t), "worker")
	cmd.Env, cmd.Stdout, cmd.Stderr = i.worker, said, said
	child, err := awstest.StartChild(cmd)
	if err != nil {
		t.Fatalf("start the worker: %v", err)
	}
	i.running = child
	t.Cleanup(func() {
		child.Kill()
		<-child.Done()
		if t.Failed() {
			t.Logf("the worker said:\n%s", lastLines(said.String(), 100))
		}
	})
}

// until waits for something to become true. It fails when that takes too long, or when the worker ends.
func (i *installation) until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), i.patience)
	defer cancel()
	tick := time.NewTicker(i.bake / 15)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-i.running.Done():
			t.Fatalf("the worker ended (%v) before %s", i.running.Err(), what)
		case <-ctx.Done():
			t.Fatalf("not within %s: %s", i.patience, what)
		}
	}
}

// serinEnv is the environment of serin's processes for an installation of the template: its own variables, path and home
// of this process, and more.
func serinEnv(outputs map[string]string, more ...string) []string {
	return append([]string{
		"SERIN_QUEUE_URL=" + outputs["QueueUrl"], "SERIN_COMMAND_QUEUE_URL=" + outputs["CommandQueueUrl"],
		"SERIN_TABLE=" + outputs["TableName"], "SERIN_HTTP_ADDR=127.0.0.1:0",
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"),
	}, more...)
}
