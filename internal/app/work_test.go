package app

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/worker"
)

// worked are settings that a worker on an embedded world can start with.
func worked(t *testing.T) Settings {
	t.Helper()
	s, err := from(map[string]string{
		"SERIN_QUEUE_URL": "http://local/1/events", "SERIN_COMMAND_QUEUE_URL": "http://local/1/commands", "SERIN_TABLE": "serin",
		"SERIN_LOG_LEVEL": "error",
	})
	if err != nil {
		t.Fatal(err)
	}
	s.HTTPAddr = freeAddress(t)
	return s
}

// freeAddress is one that nobody listens on now.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// fetch asks a worker's server; 0 while nobody answers.
func fetch(t *testing.T, address, path string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, ""
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// wait asks again until the server answers with status, for a few seconds.
func wait(t *testing.T, address, path string, status int) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		if got, body := fetch(t, address, path); got == status {
			return body
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s did not answer %d in time", path, status)
		case <-tick.C:
		}
	}
}

func TestWork_servesUntilItsContextEndsAndDrains(t *testing.T) {
	w := local.NewWorld(nil)
	defer w.Close()
	a := OpenLocal(worked(t), w.Client("w1"))
	a.poll = 50 * time.Millisecond
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- a.Work(ctx) }()

	wait(t, a.settings.HTTPAddr, "/readyz", http.StatusOK)
	if got := wait(t, a.settings.HTTPAddr, "/healthz", http.StatusOK); got != "ok\n" {
		t.Errorf("/healthz says %q", got)
	}
	if got := wait(t, a.settings.HTTPAddr, "/metrics", http.StatusOK); !strings.Contains(got, "serin_table_up 1") || !strings.Contains(got, "go_goroutines") {
		t.Errorf("/metrics lacks the worker's or the process's numbers:\n%s", got)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("worker ended with %v, want a clean drain", err)
	}
	if status, _ := fetch(t, a.settings.HTTPAddr, "/healthz"); status != 0 {
		t.Errorf("the server still answers %d", status)
	}
}

func TestWork_readyzSaysThatTheTableDoesNotAnswer(t *testing.T) {
	w := local.NewWorld(nil)
	defer w.Close()
	mend := w.Intercept(func(_ context.Context, c local.Call) local.Effect {
		if strings.HasPrefix(c.Name, "dynamodb:") {
			return local.Effect{Err: worker.ErrUnavailable}
		}
		return local.Effect{}
	})
	a := OpenLocal(worked(t), w.Client("w1"))
	a.poll = 50 * time.Millisecond
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Work(ctx) }()

	if got := wait(t, a.settings.HTTPAddr, "/readyz", http.StatusServiceUnavailable); !strings.HasPrefix(got, "not ready: ") {
		t.Errorf("/readyz says %q", got)
	}
	wait(t, a.settings.HTTPAddr, "/healthz", http.StatusOK)
	mend()
	wait(t, a.settings.HTTPAddr, "/readyz", http.StatusOK)
	stop()
	if err := <-ended; err != nil {
		t.Errorf("worker ended with %v", err)
	}
}

// throttledAtFirst are ports behind which STS has no time for the first callers.
type throttledAtFirst struct {
	ports
	refusals int
	err      error
}

func (p *throttledAtFirst) caller(ctx context.Context) (Caller, error) {
	if p.refusals > 0 {
		p.refusals--
		return Caller{}, &worker.CallError{Call: "sts:GetCallerIdentity", Kind: p.err, Err: errors.New("not now")}
	}
	return p.ports.caller(ctx)
}

func TestWork_startsWhenAWSHasTimeForIt(t *testing.T) {
	for _, passing := range []error{worker.ErrThrottled, worker.ErrUnavailable} {
		t.Run(passing.Error(), func(t *testing.T) {
			w := local.NewWorld(nil)
			defer w.Close()
			a := OpenLocal(worked(t), w.Client("w1"))
			a.poll, a.ports = 50*time.Millisecond, &throttledAtFirst{a.ports, 2, passing}
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			ended := make(chan error, 1)
			go func() { ended <- a.Work(ctx) }()
			wait(t, a.settings.HTTPAddr, "/readyz", http.StatusOK)
			stop()
			if err := <-ended; err != nil {
				t.Errorf("worker ended with %v", err)
			}
		})
	}
}

func TestWork_endsAtOnceWhenItMayNotStart(t *testing.T) {
	w := local.NewWorld(nil)
	defer w.Close()
	a := OpenLocal(worked(t), w.Client("w1"))
	a.ports = &throttledAtFirst{a.ports, 1, worker.ErrDenied}
	if err := a.Work(t.Context()); !errors.Is(err, worker.ErrDenied) {
		t.Errorf("worker ended with %v, want what was denied", err)
	}
}

func TestWork_canBeStoppedBeforeItCouldStart(t *testing.T) {
	w := local.NewWorld(nil)
	defer w.Close()
	a := OpenLocal(worked(t), w.Client("w1"))
	a.ports = &throttledAtFirst{a.ports, 1 << 30, worker.ErrThrottled}
	ctx, stop := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer stop()
	if err := a.Work(ctx); !errors.Is(err, worker.ErrThrottled) {
		t.Errorf("worker ended with %v, want what it waited for", err)
	}
}

func TestWork_addressInUseEndsItWithTheReason(t *testing.T) {
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	w := local.NewWorld(nil)
	defer w.Close()
	s := worked(t)
	s.HTTPAddr = taken.Addr().String()
	if err := OpenLocal(s, w.Client("w1")).Work(t.Context()); err == nil || !strings.Contains(err.Error(), "SERIN_HTTP_ADDR") {
		t.Errorf("error %v, want SERIN_HTTP_ADDR named", err)
	}
}

func TestHandler_onlyReads(t *testing.T) {
	h := Handler(func() error { return errors.New("no table") }, prometheus.NewRegistry())
	for _, c := range []struct {
		method, path string
		want         int
	}{
		{http.MethodGet, "/healthz", http.StatusOK},
		{http.MethodGet, "/readyz", http.StatusServiceUnavailable},
		{http.MethodGet, "/metrics", http.StatusOK},
		{http.MethodPost, "/healthz", http.StatusMethodNotAllowed},
		{http.MethodPost, "/metrics", http.StatusMethodNotAllowed},
		{http.MethodDelete, "/readyz", http.StatusMethodNotAllowed},
		{http.MethodGet, "/", http.StatusNotFound},
	} {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), c.method, c.path, nil))
		if rec.Code != c.want {
			t.Errorf("%s %s is %d, want %d", c.method, c.path, rec.Code, c.want)
		}
	}
}

func TestDecoder_letsInItsOwnAccountAndRegionUnlessToldOthers(t *testing.T) {
	w := local.NewWorld(nil)
	defer w.Close()
	w.CreateAlarm(local.AlarmSpec{Name: "a"})
	w.SetAlarm("a", 2, "errors")
	got, err := w.Client("w1").Events().Receive(t.Context(), 1, 0)
	if err != nil || len(got) != 1 {
		t.Fatalf("%d events, %v", len(got), err)
	}
	for _, c := range []struct {
		name string
		s    Settings
		want error
	}{
		{"its own", Settings{}, nil},
		{"another account", Settings{Accounts: []string{"999999999999"}}, worker.ErrRefused},
		{"another region", Settings{Regions: []string{"eu-west-1"}}, worker.ErrRefused},
	} {
		decoder, err := OpenLocal(c.s, w.Client("w1")).decoder(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := decoder.Decode(got[0].Body); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.want)
		}
	}
}

func TestHere_needsNoQueue(t *testing.T) {
	s, err := from(map[string]string{"SERIN_TABLE": "serin"})
	if err != nil {
		t.Fatal(err)
	}
	w := local.NewWorld(nil)
	defer w.Close()
	if _, err := OpenLocal(s, w.Client("here")).Here(t.Context(), zap.NewNop()); err != nil {
		t.Errorf("--here can't start: %v", err)
	}
}

func TestOpen_makesNoCallAndNamesWhatIsMissing(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-central-1")
	a := Open(Settings{CallTimeout: time.Second})
	if _, err := a.Catalog(t.Context()); err == nil || !strings.Contains(err.Error(), "SERIN_TABLE") {
		t.Errorf("catalog: %v, want SERIN_TABLE named", err)
	}
	if _, err := a.Commands(t.Context()); err == nil || !strings.Contains(err.Error(), "SERIN_COMMAND_QUEUE_URL") {
		t.Errorf("commands: %v, want SERIN_COMMAND_QUEUE_URL named", err)
	}
	for name, open := range map[string]func() (any, error){
		"targets":     func() (any, error) { return a.Targets(t.Context()) },
		"deployments": func() (any, error) { return a.Deployments(t.Context()) },
		"pipeline":    func() (any, error) { return a.Pipeline(t.Context()) },
		"alarms":      func() (any, error) { return a.Alarms(t.Context()) },
	} {
		if port, err := open(); err != nil || port == nil {
			t.Errorf("%s: %v, %v", name, port, err)
		}
	}
}

func TestWorkerID_isAnotherEachTime(t *testing.T) {
	if a, b := workerID(), workerID(); a == b || !strings.Contains(a, "-") {
		t.Errorf("%q and %q", a, b)
	}
}

func TestTableName_isTheNameInAnARN(t *testing.T) {
	for table, want := range map[string]string{"serin": "serin", "arn:aws:dynamodb:eu-central-1:111122223333:table/serin": "serin"} {
		if got := tableName(table); got != want {
			t.Errorf("%s is named %q, want %q", table, got, want)
		}
	}
}
