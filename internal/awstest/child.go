package awstest

import (
	"os"
	"os/exec"
	"runtime"
	"time"
)

// Child is a process that a test started and that does not outlive it: on Linux the kernel ends it when the test
// process dies, however that dies.
type Child struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended and was waited for
	err  error         // of Wait; read it only when done is closed
}

// StartChild starts cmd in a process group of its own. Whoever starts a child ends it with Kill, or waits for Done.
func StartChild(cmd *exec.Cmd) (*Child, error) {
	cmd.SysProcAttr = childAttributes()
	cmd.WaitDelay = time.Second
	c := &Child{cmd: cmd, done: make(chan struct{})}
	started := make(chan error)
	go c.run(started)
	return c, <-started
}

// run starts the process and waits for it on one OS thread: on Linux the child is killed when the thread that started
// it ends, so that thread must live as long as the child may.
func (c *Child) run(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(c.done)
	err := c.cmd.Start()
	started <- err
	if err == nil {
		c.err = c.cmd.Wait()
	}
}

// Signal asks something of it: SIGTERM, to end.
func (c *Child) Signal(s os.Signal) error { return c.cmd.Process.Signal(s) }

// Kill ends it with its group, at once and without a word (SIGKILL). One that has ended stays ended.
func (c *Child) Kill() {
	select {
	case <-c.done: // its id may be another's by now
	default:
		killGroup(c.cmd.Process)
	}
}

// Done is closed when it has ended and was waited for.
func (c *Child) Done() <-chan struct{} { return c.done }

// Err is what it ended with, as exec.Cmd.Wait says it. Ask only when Done is closed.
func (c *Child) Err() error { return c.err }
