package infra_test

import (
	"fmt"
	"os"
	"testing"
	"time"
)

// envEveryCrash, set to 1, has the worker killed at every call in both ways; else the two take turns. make crash sets
// it.
const envEveryCrash = "SERIN_EVERY_CRASH"

// crashes are those at each of n calls, and the one as the first message is handed out.
func crashes(n int) []crash {
	all := []crash{{0, true}}
	for k := 1; k <= n; k++ {
		if odd := k%2 == 1; os.Getenv(envEveryCrash) == "1" {
			all = append(all, crash{k, !odd})
		}
		all = append(all, crash{k, k%2 == 1})
	}
	return all
}

// never is a crash that does not come.
func never() crash { return crash{call: -1} }

// path is a way through a release: what happens in the world once the worker is there, and how it must end.
type path struct {
	name, file string
	// go through it; arm is called where the numbering begins.
	walk          func(s *stage, arm func())
	splits        []string
	phase, answer string
}

func happyPath() path {
	return path{
		name: "forth", file: checkoutFile, phase: "promoted", answer: "Approved",
		splits: []string{"1", "1 with 10% on 2", "1 with 50% on 2", "2"},
		walk: func(s *stage, arm func()) {
			_, events := s.openGate(s.publish("two"))
			arm()
			s.emit(last(events))
		},
	}
}

func rollbackPath() path {
	return path{
		name: "back", file: longBake(), phase: "rolled_back", answer: "Rejected",
		splits: []string{"1", "1 with 10% on 2", "1 with 50% on 2", "1"},
		walk: func(s *stage, arm func()) {
			_, events := s.openGate(s.publish("two"))
			s.emit(last(events))
			s.bakes(s.name, 0, 50)
			arm()
			s.emit(s.alarms.SetState(s.name, "ALARM", alarmText))
		},
	}
}

// take goes the path with a worker that is killed as at says and one that carries on, and returns the reaper.
func (p path) take(t *testing.T, at crash) *reaper {
	t.Helper()
	name := p.name + "-" + at.String()
	if at == never() {
		name = p.name
	}
	s := bareStage(t, name)
	s.workerSettings["SERIN_RESYNC"] = "60s" // what a restart owes to no sweep but its first
	s.pollEvery = time.Second                // there are many of them
	s.checkout(p.file)
	r := s.reap(name+"-a", at)
	p.walk(s, r.arm)
	settled := func() bool {
		all := s.releases(s.name)
		return len(all) == 1 && all[0].SettledAt != ""
	}
	s.until("the crash, or the end", func() bool { return r.killed() || settled() })
	if r.killed() {
		s.worker(name + "-b")
	}
	s.settles(s.name, 0)
	p.judge(s)
	return r
}

func (p path) judge(s *stage) {
	s.t.Helper()
	all := s.releases(s.name)
	if len(all) != 1 || all[0].Phase != p.phase {
		s.t.Errorf("releases %+v, want one that is %s", all, p.phase)
	}
	s.wantSplits(p.splits...)
	s.wantAnswers(p.answer)
}

func TestCrash_atAnyCallOfAPromotionChangesNothing(t *testing.T) { crashEverywhere(t, happyPath()) }

func TestCrash_atAnyCallOfARollbackChangesNothing(t *testing.T) { crashEverywhere(t, rollbackPath()) }

func crashEverywhere(t *testing.T, p path) {
	t.Helper()
	t.Parallel()
	n := p.take(t, never()).numbered()
	if n < 15 {
		t.Fatalf("the path has only %d calls: the numbering is broken", n)
	}
	for _, at := range crashes(n) {
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			t.Parallel()
			// Sweeps and retries are among the calls, so their number is not the same each time.
			if r := p.take(t, at); !r.killed() && at.call <= n/2 {
				t.Errorf("it ended after %d calls, before the crash", r.numbered())
			}
		})
	}
}
