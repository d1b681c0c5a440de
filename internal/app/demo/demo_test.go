package demo

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// listener keeps what it is told.
type listener struct {
	lines []Line
	rows  []Row
}

func (l *listener) Say(line Line)   { l.lines = append(l.lines, line) }
func (l *listener) Show(rows []Row) { l.rows = rows }

// play plays in a bubble of time, and hands over what came of it before the
// workers end.
func play(t *testing.T, o Options, change func(*Demo), check func(d *Demo, endings []Ending)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		if o.Audience == nil {
			o.Audience = &listener{}
		}
		d, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := d.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		}()
		if change != nil {
			change(d)
		}
		endings, err := d.Play(t.Context())
		if err != nil {
			t.Fatalf("play: %v", err)
		}
		check(d, endings)
	})
}

// problems are those of one story.
func problems(t *testing.T, endings []Ending, scenario string) string {
	t.Helper()
	for _, e := range endings {
		if e.Scenario == scenario {
			return strings.Join(e.Problems, "\n")
		}
	}
	t.Fatalf("no ending of %s", scenario)
	return ""
}

func TestPlay_allThreeEndAsTheyShouldAtEverySpeed(t *testing.T) {
	for _, speed := range []float64{1, DefaultSpeed, MaxSpeed} {
		heard := &listener{}
		play(t, Options{Speed: speed, Audience: heard}, nil, func(_ *Demo, endings []Ending) {
			if len(endings) != 3 {
				t.Fatalf("%d endings, want 3", len(endings))
			}
			for _, e := range endings {
				if len(e.Problems) > 0 {
					t.Errorf("at speed %g %s: %q", speed, e.Scenario, e.Problems)
				}
				if len(e.History) != int(e.Release.Rev) || len(e.Proof) < 2 {
					t.Errorf("%s: %d entries at rev %d, proof %q", e.Scenario, len(e.History), e.Release.Rev, e.Proof)
				}
			}
			if last := heard.lines[len(heard.lines)-1].At.Seconds() * speed; speed == DefaultSpeed && last > 30*DefaultSpeed {
				t.Errorf("it took %g s at the usual speed, must be within 30 s", last/speed)
			}
		})
	}
}

func TestPlay_tellsEveryChangeOnceAndWhatTargetsShow(t *testing.T) {
	heard := &listener{}
	play(t, Options{Scenario: "rollback", Audience: heard}, nil, func(_ *Demo, endings []Ending) {
		told := map[string]int{}
		for _, l := range heard.lines {
			if !l.World {
				told[l.Text]++
			}
		}
		if len(told) != len(endings[0].History) {
			t.Errorf("%d changes were told, history has %d", len(told), len(endings[0].History))
		}
		for text, n := range told {
			if n != 1 {
				t.Errorf("%q was told %d times", text, n)
			}
		}
		want := Row{Canary: "search", Phase: "rolled_back", Step: "2/4", Traffic: "7", Gate: "Rejected"}
		got := heard.rows[0]
		got.Worker = ""
		if got != want {
			t.Errorf("the last row is %+v, want %+v", got, want)
		}
	})
}

func TestPlay_alarmThatNeverFiresIsNoRollback(t *testing.T) {
	quiet := func(d *Demo) { d.scenes[1].cue = nil }
	play(t, Options{}, quiet, func(_ *Demo, endings []Ending) {
		got := problems(t, endings, "rollback")
		for _, want := range []string{"is promoted, want rolled_back", "shows 8", "answered 1 times, Approved"} {
			if !strings.Contains(got, want) {
				t.Errorf("problems are %q, want %q in them", got, want)
			}
		}
		if got := problems(t, endings, "promote"); got != "" {
			t.Errorf("promote: %s", got)
		}
	})
}

func TestPlay_workerThatNobodyKillsIsNoTakeover(t *testing.T) {
	safe := func(d *Demo) { d.scenes[0].before = func(*stage, *scene) {} }
	play(t, Options{Scenario: "takeover"}, safe, func(_ *Demo, endings []Ending) {
		if got := problems(t, endings, "takeover"); got != "no worker was killed" {
			t.Errorf("problems are %q", got)
		}
	})
}

func TestPlay_releaseThatNeverEndsIsOverAtTheLimit(t *testing.T) {
	deaf := func(w *local.World) {
		w.Intercept(func(_ context.Context, call local.Call) local.Effect {
			if call.Name == "codepipeline:PutApprovalResult" {
				return local.Effect{Err: worker.ErrUnavailable}
			}
			return local.Effect{}
		})
	}
	play(t, Options{Scenario: "promote", World: deaf}, nil, func(_ *Demo, endings []Ending) {
		got := problems(t, endings, "promote")
		if !strings.Contains(got, "is promoting and not settled") || !strings.Contains(got, "answered 0 times") {
			t.Errorf("problems are %q", got)
		}
	})
}

func TestEndings_writeTooManyIsSeen(t *testing.T) {
	play(t, Options{}, nil, func(d *Demo, _ []Ending) {
		d.world.Move(local.KindLambda, "orders:live", statemachine.Split{Stable: "118", Canary: "119", WeightPct: 50})
		got := problems(t, d.endings(t.Context()), "takeover")
		for _, want := range []string{"orders:live showed", "orders:live shows 118 with 50% on 119", "50 % was written 2 times"} {
			if !strings.Contains(got, want) {
				t.Errorf("problems are %q, want %q in them", got, want)
			}
		}
	})
}

func TestValidate_namesEveryWrongOption(t *testing.T) {
	for _, o := range []Options{{Speed: 0.5, Scenario: "x"}, {Speed: MaxSpeed + 1, Scenario: "x"}} {
		_, err := New(o)
		if err == nil {
			t.Fatalf("%+v was taken", o)
		}
		for _, want := range []string{"--speed", "--scenario", "promote rollback takeover", "nobody watches"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("error is %q, want %q in it", err, want)
			}
		}
	}
}
