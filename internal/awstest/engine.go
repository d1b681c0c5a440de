package awstest

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

// The environment variables by which a build says what happens when an engine cannot be had.
const (
	// envReport names the file that collects one line for each thing that was not run.
	envReport = "SERIN_NOT_RUN_REPORT"
	// envRequire, set to 1, makes a missing engine a failure.
	envRequire = "SERIN_REQUIRE_ENGINES"
)

// Missing is an engine this machine cannot have.
type Missing struct {
	What    string // what is not run without it
	Because string
	Install string // what would cure it
}

// Error is the line of the report.
func (m *Missing) Error() string {
	return fmt.Sprintf("not run: %s because %s, install %s", m.What, m.Because, m.Install)
}

// report notes m in the not-run report and says whether that is a failure.
func report(m *Missing) (required bool) {
	if path := os.Getenv(envReport); path != "" {
		if err := appendOnce(path, m.Error()); err != nil {
			panic(fmt.Sprintf("awstest: the not-run report: %v", err))
		}
	}
	return os.Getenv(envRequire) == "1"
}

// appendOnce adds a line to a file unless it is there.
func appendOnce(path, line string) error {
	unlock, err := lockFile(path)
	if err != nil {
		return err
	}
	defer unlock()
	have, err := os.ReadFile(path) //nolint:gosec // the build's own report
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for l := range strings.Lines(string(have)) {
		if strings.TrimSpace(l) == line {
			return nil
		}
	}
	return os.WriteFile(path, append(have, line+"\n"...), 0o600) //nolint:gosec // the build's own report
}

// NotRun ends a test that cannot run here: it fails where engines are required, else it is named in the report.
func NotRun(tb testing.TB, m *Missing) {
	tb.Helper()
	if report(m) {
		tb.Fatal(m.Error())
	}
	tb.Skip(m.Error())
}

// enginePool holds the engine processes of one test binary. They end when the last World ends, or with Main.
type enginePool struct {
	mu     sync.Mutex
	refs   int
	motos  []*process // idle, reset
	dynamo *process

	dynamoMu sync.Mutex // held while DynamoDB Local is looked for and started
	missing  *Missing
}

// One set of processes for a test binary: starting them takes a second.
var engines enginePool //nolint:gochecknoglobals // see above

// Main runs a package's tests and keeps the engines between them; a TestMain that calls it saves a start a test.
func Main(m *testing.M) int {
	engines.retain()
	defer engines.release()
	return m.Run()
}

func (p *enginePool) retain() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refs++
}

func (p *enginePool) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refs--
	if p.refs > 0 {
		return
	}
	for _, m := range p.motos {
		m.stop()
	}
	p.motos = nil
	if p.dynamo != nil {
		p.dynamo.stop()
		p.dynamo = nil
	}
}
