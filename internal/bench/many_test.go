package bench_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
	storm         = 10 * time.Second
	turns         = 5
	few, many     = 10, 10_000
)

// BenchmarkRunning: what the real program needs while 10,000 releases run and a storm of alarms goes over it. A second
// one has ten releases, and the two have the same storms in turns: what else the machine does meets both.
func BenchmarkRunning(b *testing.B) {
	program := build(b)
	ten, all := begin(b, program, few), begin(b, program, many)
	ten.calms(all)
	var costs, costsOfTen, ratios []float64
	for range turns {
		one, other := ten.costs(few), all.costs(few)
		costsOfTen, costs, ratios = append(costsOfTen, one), append(costs, other), append(ratios, other/one)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(costs), "cpu-µs/ev")
	b.ReportMetric(median(costsOfTen), "cpu-µs/ev-of-ten")
	b.ReportMetric(median(ratios), "cpu/of-ten")
	b.ReportMetric(all.calm*100, "calm-cpu-%")
	all.overAll(b)
	b.ReportMetric(memory(b, all.pid, "VmRSS"), "rss-MB")
	b.ReportMetric(memory(b, all.pid, "VmHWM"), "peak-rss-MB")
}

func median(of []float64) float64 {
	slices.Sort(of)
	return (of[(len(of)-1)/2] + of[len(of)/2]) / 2
}

func build(tb testing.TB) string {
	tb.Helper()
	program := filepath.Join(tb.TempDir(), "serin")
	if out, err := exec.CommandContext(tb.Context(), "go", "build", "-o", program, "../../cmd/serin").CombinedOutput(); err != nil {
		tb.Fatalf("build serin: %v\n%s", err, out)
	}
	return program
}

// weather is the program with its releases, under storms.
type weather struct {
	*stage
	pid int
	// calm is the share of a processor that it takes without events.
	calm float64
}

func begin(b *testing.B, program string, releases int) *weather {
	b.Helper()
	frozen := time.Now().UTC().Truncate(time.Millisecond).Add(-time.Minute)
	s := heard(b, unheardAt(b, func() time.Time { return frozen }))
	s.canaries(1, bakingSince(frozen.Add(time.Millisecond))) // CloudWatch never gives one time twice
	s.table.multiply(releases)
	for i := range releases {
		if i > 0 {
			s.furnish(canaryName(i))
		}
		s.functions.SetAlias(canaryName(i), "live", "1", map[string]float64{"2": 0.05}) // as a release that bakes its first step left it
	}
	return &weather{stage: s, pid: s.program(program)}
}

// calms measures both without events.
func (w *weather) calms(other *weather) {
	w.quiet()
	other.quiet()
	before := []time.Duration{cpu(w.tb, w.pid), cpu(w.tb, other.pid)}
	pause(w.tb.Context(), 2*storm)
	w.calm = (cpu(w.tb, w.pid) - before[0]).Seconds() / (2 * storm).Seconds()
	other.calm = (cpu(w.tb, other.pid) - before[1]).Seconds() / (2 * storm).Seconds()
}

// costs is the processor time of one event in a storm over so many releases, in microseconds.
func (w *weather) costs(releases int) float64 {
	w.tb.Helper()
	perEvent, _ := w.blow(storm, releases, func(string) {})
	return perEvent
}

func (w *weather) blow(length time.Duration, releases int, alarm func(canary string)) (perEvent float64, of blown) {
	w.tb.Helper()
	before := cpu(w.tb, w.pid)
	of = w.storm(length, releases, alarm)
	spent := cpu(w.tb, w.pid) - before - time.Duration(w.calm*float64(of.took))
	return float64(spent.Microseconds()) / float64(of.events), of
}

// overAll is a storm in which each event that concerns a release rolls another one back. It counts what is read to look
// again, not what a rollback reads.
func (w *weather) overAll(b *testing.B) {
	b.Helper()
	alarmed := &marked{names: map[string]bool{}}
	swept := 0
	w.onCall(func(c awstest.Call) { // each path is /<version>/functions/<name>/…
		if c.Service == "lambda" && c.Request.Method == http.MethodGet && !alarmed.has(strings.Split(c.Request.URL.Path, "/")[3]) {
			alarmed.mu.Lock()
			defer alarmed.mu.Unlock()
			swept++
		}
	})
	w.taken()
	perEvent, of := w.blow(3*storm, many, alarmed.add)
	w.onCall(nil)
	alarmed.mu.Lock()
	defer alarmed.mu.Unlock()
	b.ReportMetric(perEvent, "rollback-cpu-µs/ev")
	b.ReportMetric(float64(of.events)/of.took.Seconds(), "ev/s")
	b.ReportMetric(float64(w.called("monitoring:DescribeAlarms"))/of.took.Seconds(), "DescribeAlarms/s")
	b.ReportMetric(float64(swept)/of.took.Seconds(), "swept/s")
}

// blown is a storm that is over: its events, and how long it took until all were dealt with.
type blown struct {
	events int
	took   time.Duration
}

// storm sends events for so long, of which one in a hundred concerns one of so many releases, round and round; alarm is told which.
func (s *stage) storm(length time.Duration, releases int, alarm func(canary string)) blown {
	s.tb.Helper()
	began, sent, before := time.Now(), 0, s.queues.gone()
	for time.Since(began) < length {
		if due := int(time.Since(began).Seconds()*eventsASecond) - sent; due >= eventsASecond/20 {
			s.queues.put(eventQueue, alarmEvents(s.tb, due, time.Now().Add(time.Second), func(i int) string {
				if (sent+i)%100 != 0 {
					return stranger(i)
				}
				name := canaryName((sent + i) / 100 % releases)
				alarm(name)
				return name + "-5xx"
			})...)
			sent += due
		}
		pause(s.tb.Context(), 10*time.Millisecond)
	}
	for s.queues.gone() < before+sent {
		if time.Since(began) > 2*length {
			s.tb.Fatalf("of %d events %d were dealt with", sent, s.queues.gone()-before)
		}
		pause(s.tb.Context(), time.Millisecond)
	}
	return blown{sent, time.Since(began)}
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
