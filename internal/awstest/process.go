package awstest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"time"
)

const (
	fetchTimeout = 5 * time.Minute
	startTimeout = time.Minute
)

// process is an engine that runs.
type process struct {
	name string // for people
	url  string
	out  tail
	*Child
}

// startEngine starts the command made for a free port and waits until it answers HTTP. A port another process took in
// between is tried again elsewhere.
func startEngine(ctx context.Context, name string, command func(port int) *exec.Cmd) (*process, error) {
	var failures []error
	for range 3 {
		p, err := startOnce(ctx, name, command)
		if err == nil {
			return p, nil
		}
		failures = append(failures, err)
	}
	return nil, errors.Join(failures...)
}

func startOnce(ctx context.Context, name string, command func(port int) *exec.Cmd) (*process, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	p := &process{name: name, url: fmt.Sprintf("http://127.0.0.1:%d", port)}
	cmd := command(port)
	cmd.Stdout, cmd.Stderr = &p.out, &p.out
	if p.Child, err = StartChild(cmd); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	if err := p.ready(ctx); err != nil {
		p.stop()
		return nil, fmt.Errorf("start %s: %w: %s", name, err, p.out.String())
	}
	return p, nil
}

// stop kills the process with its group and returns when it has ended.
func (p *process) stop() {
	p.Kill()
	<-p.done
}

// ready returns when the engine answers anything at all.
func (p *process) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return fmt.Errorf("it does not answer: %w", ctx.Err())
		case <-p.done:
			return errors.New("it ended")
		case <-tick.C:
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodHead, p.url+"/", nil)
		if err != nil {
			return err
		}
		if resp, err := client.Do(req); err == nil {
			return resp.Body.Close()
		}
	}
}

func freePort(ctx context.Context) (int, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return 0, fmt.Errorf("find a free port: %s is no TCP address", l.Addr())
	}
	return addr.Port, l.Close()
}

// tail keeps the last of what a process says.
type tail struct {
	mu   sync.Mutex
	last []byte
}

const tailBytes = 8 << 10

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = append(t.last, p...)
	if n := len(t.last); n > 2*tailBytes {
		t.last = append(t.last[:0], t.last[n-tailBytes:]...)
	}
	return len(p), nil
}

// String is the last that was said.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.last))
}
