package bench_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/serinhq/serin/internal/awstest"
)

const (
	// eventsASecond is the storm, of which one in a hundred concerns a release that runs.
	eventsASecond = 1000
	storm         = 20 * time.Second
)

// BenchmarkRunning: what the real program needs while 10 or 10,000 releases run and a storm of alarms goes over it.
func BenchmarkRunning(b *testing.B) {
	program := build(b)
	for _, n := range []int{10, 10_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) { weather(b, program, n) })
	}
}

func build(tb testing.TB) string {
	tb.Helper()
	program := filepath.Join(tb.TempDir(), "serin")
	if out, err := exec.CommandContext(tb.Context(), "go", "build", "-o", program, "../../cmd/serin").CombinedOutput(); err != nil {
		tb.Fatalf("build serin: %v\n%s", err, out)
	}
	return program
}

// weather is a calm, to know what the program does without events, and then the storm.
func weather(b *testing.B, program string, releases int) {
	frozen := time.Now().UTC().Truncate(time.Millisecond).Add(-time.Minute)
	s := heard(b, unheardAt(b, func() time.Time { return frozen }))
	s.canaries(1, bakingSince(frozen.Add(time.Millisecond))) // CloudWatch never gives one time twice
	s.table.multiply(releases)
	for i := 1; i < releases; i++ {
		s.furnish(canaryName(i))
	}
	pid := s.program(program)
	s.quiet()
	alarmed := &marked{names: map[string]bool{}}
	var swept int
	s.onCall(func(c awstest.Call) { // under the front's lock
		if c.Operation == "GetAlias" && !alarmed.has(strings.Split(c.Request.URL.Path, "/")[3]) {
			swept++
		}
	})
	before := cpu(b, pid)
	pause(b.Context(), storm)
	calm := cpu(b, pid) - before
	s.taken()
	swept = 0
	began, sent := time.Now(), 0
	before = cpu(b, pid)
	for done := make(<-chan struct{}); time.Since(began) < storm; {
		if due := int(time.Since(began).Seconds()*eventsASecond) - sent; due >= eventsASecond/20 {
			batch := alarmEvents(b, due, time.Now().Add(time.Second), func(i int) string {
				if (sent+i)%100 != 0 {
					return stranger(i)
				}
				name := canaryName((sent + i) / 100 % releases)
				alarmed.add(name)
				return name + "-5xx"
			})
			sent += due
			done = s.queues.feed(batch)
		}
		pause(b.Context(), 10*time.Millisecond)
		_ = done
	}
	took := time.Since(began)
	cost := cpu(b, pid) - before - calm*time.Duration(took/time.Millisecond)/time.Duration(storm/time.Millisecond)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(sent)/took.Seconds(), "ev/s")
	b.ReportMetric(float64(cost.Microseconds())/float64(sent), "cpu-µs/ev")
	b.ReportMetric(calm.Seconds()/storm.Seconds()*100, "calm-cpu-%")
	b.ReportMetric(memory(b, pid, "VmRSS"), "rss-MB")
	b.ReportMetric(memory(b, pid, "VmHWM"), "peak-rss-MB")
	b.ReportMetric(float64(s.called("monitoring:DescribeAlarms"))/took.Seconds(), "DescribeAlarms/s")
	s.mu.Lock()
	defer s.mu.Unlock()
	b.ReportMetric(float64(swept)/took.Seconds(), "swept-aliases/s")
}

// marked is a set of names.
type marked struct {
	mu    sync.Mutex
	names map[string]bool
}

func (m *marked) add(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.names[name] = true
}

func (m *marked) has(name string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.names[name]
}

// program runs `serin worker` until the test ends.
func (s *stage) program(path string) (pid int) {
	s.tb.Helper()
	cmd := exec.Command(path, "worker") //nolint:noctx // ended by pid
	cmd.Env = append(os.Environ(),
		"AWS_ENDPOINT_URL="+s.url, "AWS_REGION="+awstest.Region, "AWS_ACCESS_KEY_ID=worker", "AWS_SECRET_ACCESS_KEY=not-a-secret",
		"AWS_SESSION_TOKEN=", "AWS_PROFILE=", "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull, "AWS_EC2_METADATA_DISABLED=true",
		"SERIN_TABLE="+tableName, "SERIN_QUEUE_URL="+queueURL(eventQueue), "SERIN_COMMAND_QUEUE_URL="+queueURL(commandQueue),
		"SERIN_HTTP_ADDR=127.0.0.1:0", "SERIN_LOG_LEVEL=info")
	child, err := awstest.StartChild(cmd)
	if err != nil {
		s.tb.Fatal(err)
	}
	s.tb.Cleanup(func() {
		child.Kill()
		<-child.Done()
	})
	for s.called("sqs:ReceiveMessage") < 2 {
		select {
		case <-child.Done():
			s.tb.Fatalf("serin worker ended: %v", child.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
	return cmd.Process.Pid
}

// cpu is the processor time a process has used.
func cpu(tb testing.TB, pid int) time.Duration {
	tb.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		tb.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	ticks := 0
	for _, field := range strings.Fields(rest)[11:13] { // utime and stime, in hundredths of a second
		n, err := strconv.Atoi(field)
		if err != nil {
			tb.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// memory is a line of a process's status, in MB.
func memory(tb testing.TB, pid int, line string) float64 {
	tb.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		tb.Fatal(err)
	}
	for l := range strings.Lines(string(status)) {
		if value, found := strings.CutPrefix(l, line+":"); found {
			kb, err := strconv.Atoi(strings.Fields(value)[0])
			if err != nil {
				tb.Fatal(err)
			}
			return float64(kb) / 1024
		}
	}
	tb.Fatalf("no %s in the status of a process", line)
	return 0
}
