package worker_test

import (
	"strings"
	"testing"
	"time"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

const project = "smoke"

// checked is 25, a check, 100.
func checked() statemachine.Plan {
	p := short()
	p.Steps = []statemachine.Step{
		{WeightPct: 25, Bake: time.Minute},
		{Check: &statemachine.CheckSpec{Kind: local.KindCodeBuild, Name: project, Timeout: time.Hour, OnTimeout: statemachine.TimeoutRollback}},
		{WeightPct: 100, Bake: time.Minute},
	}
	return p
}

// build waits for the check to run and returns it.
func (s *stage) build() local.Build {
	s.t.Helper()
	s.after(70 * time.Second)
	all := s.Builds(project)
	if len(all) != 1 {
		s.t.Fatalf("%d builds, want 1; the release is %+v", len(all), s.only().Failure)
	}
	return all[0]
}

func TestRun_checkThatPassesGoesOn(t *testing.T) {
	play(t, checked(), func(s *stage) {
		s.CreateProject(project)
		s.start("w1")
		execution := s.release("43")
		b := s.build()
		want := worker.CheckInput{
			Release: s.only().ID, Canary: "checkout", Version: "43", FromVersion: "42", Step: 2, WeightPct: 25, Execution: execution,
		}
		if b.Input != want {
			t.Errorf("the check was told %+v, want %+v", b.Input, want)
		}
		s.after(30 * time.Minute)
		if r := s.only(); r.Phase != statemachine.Gated || r.Check.Run != b.ID {
			t.Fatalf("release is %s, check %+v; want it to wait for %s", r.Phase, r.Check, b.ID)
		}
		s.EndBuild(b.ID, true, "40 of 40")
		s.after(time.Second)
		if got := s.Shows(local.KindLambda, alias).String(); got != "42 with 100% on 43" {
			t.Errorf("a second after the pass the alias shows %s, want 100%%", got)
		}
		s.after(5 * time.Minute)
		s.wants(statemachine.Promoted)
		s.answered(true)
		if n := len(s.Builds(project)); n != 1 {
			t.Errorf("%d builds were started, want 1", n)
		}
	})
}

func TestRun_checkThatFailsRollsBackAndSaysWhy(t *testing.T) {
	play(t, checked(), func(s *stage) {
		s.CreateProject(project)
		s.start("w1")
		s.release("43")
		s.EndBuild(s.build().ID, false, "3 of 40 assertions")
		s.after(time.Minute)
		r := s.wants(statemachine.RolledBack)
		if r.Failure.Code != statemachine.CodeCheckFailed || !strings.Contains(r.Failure.Text, "3 of 40 assertions") {
			t.Errorf("failure is %+v, want check_failed with its text", r.Failure)
		}
		s.answered(false)
	})
}

func TestRun_checkIsPolledWhereItsEventIsLost(t *testing.T) {
	play(t, checked(), func(s *stage) {
		s.CreateProject(project)
		s.start("w1")
		s.release("43")
		b := s.build()
		s.OnEvent(func([]byte) []time.Duration { return nil })
		s.EndBuild(b.ID, true, "")
		s.after(time.Minute)
		if r := s.only(); r.Step != 3 {
			t.Errorf("a minute after the pass the release is %s in step %d, want step 3", r.Phase, r.Step)
		}
	})
}

func TestRun_alarmRollsBackWhileACheckRuns(t *testing.T) {
	play(t, checked(), func(s *stage) {
		s.CreateProject(project)
		s.start("w1")
		s.release("43")
		b := s.build()
		s.SetAlarm(alarm, statemachine.AlarmFiring, "errors")
		s.after(time.Second)
		if got := s.Shows(local.KindLambda, alias).String(); got != "42" {
			t.Errorf("a second after the alarm the alias shows %s, want 42", got)
		}
		s.EndBuild(b.ID, true, "")
		s.after(time.Minute)
		s.wants(statemachine.RolledBack)
	})
}

func TestRun_checkTimeDoesNotCountTowardsTheDeadline(t *testing.T) {
	p := checked()
	p.Deadline = 10 * time.Minute
	play(t, p, func(s *stage) {
		s.CreateProject(project)
		s.start("w1")
		s.release("43")
		b := s.build()
		s.after(50 * time.Minute)
		s.EndBuild(b.ID, true, "")
		s.after(5 * time.Minute)
		s.wants(statemachine.Promoted)
	})
}

func TestRun_checkThatDoesNotEndRollsBackAtItsTimeout(t *testing.T) {
	play(t, checked(), func(s *stage) {
		s.CreateProject(project)
		s.start("w1")
		s.release("43")
		s.build()
		s.after(65 * time.Minute)
		if r := s.wants(statemachine.RolledBack); r.Failure.Code != statemachine.CodeCheckTimeout {
			t.Errorf("failure is %+v, want check_timeout", r.Failure)
		}
	})
}

func TestRun_checkWithoutItsProjectRollsBackAndNamesTheCall(t *testing.T) {
	play(t, checked(), func(s *stage) {
		s.start("w1")
		s.release("43")
		s.after(3 * time.Minute)
		r := s.wants(statemachine.RolledBack)
		if r.Failure.Code != statemachine.CodeGone || !strings.Contains(r.Failure.Text, "codebuild:StartBuild") {
			t.Errorf("failure is %+v, want the call that found nothing", r.Failure)
		}
	})
}

func TestRun_workerThatDiesAtAnyCallStartsACheckOnce(t *testing.T) {
	for k := 1; k <= 16; k++ {
		for _, applied := range []bool{false, true} {
			play(t, checked(), func(s *stage) {
				s.CreateProject(project)
				s.start("w1")
				s.release("43")
				s.after(55 * time.Second)
				s.cutOff("w1", k, applied)
				s.after(7 * time.Second)
				s.start("w2")
				s.after(time.Minute)
				all := s.Builds(project)
				if len(all) != 1 {
					t.Fatalf("call %d, applied %t: %d builds, want 1", k, applied, len(all))
				}
				s.EndBuild(all[0].ID, true, "")
				s.after(5 * time.Minute)
				s.wants(statemachine.Promoted)
			})
		}
	}
}

func TestRun_checkAtAPointLetsTheDeploymentGoOn(t *testing.T) {
	p := guarded()
	p.Steps = []statemachine.Step{{At: statemachine.PointReady, Check: checked().Steps[1].Check}}
	play(t, p, func(s *stage) {
		s.CreateProject(project)
		id := s.reach()
		all := s.Builds(project)
		if len(all) != 1 || all[0].Input.Deployment != id {
			t.Fatalf("builds %+v, want one for deployment %s", all, id)
		}
		s.EndBuild(all[0].ID, true, "")
		s.after(5 * time.Second)
		if n := s.count(local.Continued); n != 1 {
			t.Errorf("continued %d times, want once", n)
		}
		s.SucceedDeployment(id)
		s.after(time.Minute)
		s.wants(statemachine.Promoted)
	})
}
