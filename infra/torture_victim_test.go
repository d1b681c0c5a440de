package infra_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/serinhq/serin/internal/awstest"
)

// victim is a place for a worker: whoever is killed there is started again.
type victim struct {
	x     *torment
	actor string
	log   *os.File
	now   *awstest.Child
	ended bool
}

func (x *torment) victims() []*victim {
	x.t.Helper()
	var all []*victim
	for _, actor := range tortured() {
		log, err := os.Create(filepath.Join(x.logs, actor+".log"))
		if err != nil {
			x.t.Fatal(err)
		}
		v := &victim{x: x, actor: actor, log: log}
		if err := v.start(); err != nil {
			x.t.Fatal(err)
		}
		x.t.Cleanup(v.end) // also when the run breaks off
		all = append(all, v)
	}
	return all
}

// start starts a worker in its place.
func (v *victim) start() error {
	cmd := exec.Command(built.path(v.x.t), "worker")
	cmd.Env, cmd.Dir = v.x.environment(v.actor, "worker"), v.x.logs
	cmd.Stdout, cmd.Stderr = v.log, v.log
	var err error
	if v.now, err = awstest.StartChild(cmd); err != nil {
		return fmt.Errorf("start %s: %w", v.actor, err)
	}
	return nil
}

// kill ends the worker with SIGKILL, and is false for one that had ended by itself, which is a failure of its own.
func (v *victim) kill() bool {
	select {
	case <-v.now.Done():
		v.x.failf("%s ended by itself: %v", v.actor, v.now.Err())
		v.x.tally.mu.Lock()
		v.x.tally.suicides++
		v.x.tally.mu.Unlock()
		return false
	default:
	}
	v.now.Kill()
	<-v.now.Done()
	return true
}

// end kills it for good and looks whether it ever panicked; a second time does nothing.
func (v *victim) end() {
	if v.ended {
		return
	}
	v.ended = true
	v.kill()
	if err := v.log.Close(); err != nil {
		v.x.t.Error(err)
	}
	said, err := os.ReadFile(v.log.Name())
	if err != nil || panicked(string(said)) {
		v.x.t.Errorf("%s panicked, or its log is gone (%v)", v.actor, err)
	}
}

// panicked reports whether a worker's log tells of a panic or a race.
func panicked(said string) bool {
	return strings.Contains(said, "panic") || strings.Contains(said, "DATA RACE")
}
