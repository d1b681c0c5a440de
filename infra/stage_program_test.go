package infra_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/serinhq/serin/internal/awstest"
	_ "github.com/serinhq/serin/internal/cli" // the program's parts: without it Go's test cache would outlive a change of them
)

// program builds serin once for all tests of this package.
type program struct {
	once sync.Once
	dir  string
	err  error
}

var built program //nolint:gochecknoglobals // one build serves every test

// path is the program, built as the image is.
func (p *program) path(t *testing.T) string {
	t.Helper()
	p.once.Do(func() {
		if p.dir, p.err = os.MkdirTemp("", "serin-"); p.err != nil { //nolint:usetesting // it outlives the test that asks first
			return
		}
		out, err := exec.Command("go", "build", "-o", p.dir, "../cmd/serin").CombinedOutput()
		if err != nil {
			p.err = fmt.Errorf("%w: %s", err, out)
		}
	})
	if p.err != nil {
		t.Fatalf("build serin: %v", p.err)
	}
	return filepath.Join(p.dir, "serin")
}

// remove takes away what was built.
func (p *program) remove() {
	if p.dir != "" {
		_ = os.RemoveAll(p.dir) // a directory left behind in the system's own does no harm
	}
}

// transcript keeps all that a process says.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (l *transcript) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String is all that was said so far.
func (l *transcript) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// runningWorker is a process `serin worker`.
type runningWorker struct {
	*awstest.Child
	actor string
	said  *transcript
}

// worker starts `serin worker` as actor, from its environment alone. It is killed when the test ends.
func (s *stage) worker(actor string) *runningWorker {
	s.t.Helper()
	w := &runningWorker{actor: actor, said: &transcript{}}
	cmd := exec.Command(built.path(s.t), "worker")
	cmd.Env, cmd.Dir = s.environment(actor, "worker"), s.t.TempDir()
	cmd.Stdout, cmd.Stderr = w.said, w.said
	var err error
	if w.Child, err = awstest.StartChild(cmd); err != nil {
		s.t.Fatalf("start worker %s: %v", actor, err)
	}
	s.t.Cleanup(func() {
		w.Kill()
		<-w.Done()
		if said := w.said.String(); strings.Contains(said, "panic") || strings.Contains(said, "DATA RACE") {
			s.t.Errorf("worker %s panicked", actor)
		}
		if s.t.Failed() {
			s.t.Logf("worker %s said:\n%s", actor, lastLines(w.said.String(), 60))
		}
	})
	return w
}

// readyWorker starts a worker and waits until it has read the canaries and compared everything once.
func (s *stage) readyWorker(actor string) *runningWorker {
	s.t.Helper()
	w := s.worker(actor)
	s.until("worker "+actor+" sweeps", func() bool {
		select {
		case <-w.Done():
			s.t.Fatalf("worker %s ended: %v", actor, w.Err())
		default:
		}
		return s.called(actor, "PutMetricData") > 0
	})
	return w
}

// verb is what one run of the command line did.
type verb struct {
	code     int
	out, err string
	took     time.Duration
}

// serin runs one command line as an operator.
func (s *stage) serin(args ...string) verb {
	s.t.Helper()
	return s.serinAs("operator", args...)
}

// serinAs runs one command line as actor.
func (s *stage) serinAs(actor string, args ...string) verb {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, built.path(s.t), args...)
	cmd.Env, cmd.Dir = s.environment(actor, args...), s.t.TempDir()
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	begun := time.Now()
	err := cmd.Run()
	v := verb{code: cmd.ProcessState.ExitCode(), out: out.String(), err: stderr.String(), took: time.Since(begun)}
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		s.t.Fatalf("serin %s: %v", strings.Join(args, " "), errors.Join(err, ctx.Err()))
	}
	return v
}

// must runs one command line that is to end with code 0, and returns what it printed.
func (s *stage) must(args ...string) string {
	s.t.Helper()
	v := s.serin(args...)
	if v.code != 0 {
		s.t.Fatalf("serin %s: exit code %d\n%s%s", strings.Join(args, " "), v.code, v.out, v.err)
	}
	return v.out
}

// apply makes the file's canary known.
func (s *stage) apply(file string) {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), "canary.yaml")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		s.t.Fatal(err)
	}
	s.must("apply", "-f", path)
}

func lastLines(text string, n int) string {
	lines := strings.SplitAfter(text, "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "")
}

// runTests runs the package's tests, many side by side: the stories wait most of the time.
func runTests(m *testing.M) int {
	flag.Parse()
	parallel := flag.Lookup("test.parallel")
	if parallel.Value.String() == parallel.DefValue {
		_ = parallel.Value.Set("20") // a number, for a flag of numbers
	}
	defer built.remove()
	code := awstest.Main(m)
	if !sky.close() {
		code = max(code, 1)
	}
	if !used.asAllowed(code == 0 && everyTestRan()) {
		code = max(code, 1)
	}
	return code
}
