package statemachine

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestLaws_guarded is the same for deployments that AWS moves: it goes its own way,
// waits where it was told to, may fail or be stopped by others at any time.
func TestLaws_guarded(t *testing.T) {
	takeLonger(t)
	for _, plan := range []struct{ name, text string }{
		{"both points", "deployment\nsteps ready:ask/10m shifted:bake/1m\nalarm x"},
		{"a bake, then proceeds", "deployment\nsteps ready:bake/1m shifted:ask/5m/proceed\nalarm x refuse"},
		{"one point", "deployment\nsteps shifted:bake/1m\nalarm x proceed"},
		{"no steps", "deployment\nalarm x"},
		{"a check", "deployment\nsteps ready:check/10m shifted:check/5m/proceed\nalarm x"},
		{"every traffic step", "deployment\nsteps shift:bake/1m shifted:bake/1m\nalarm x"},
		{"traffic steps in turn", "deployment\nsteps shift:bake/1m shift:check/5m/proceed\nalarm x"},
	} {
		t.Run(plan.name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(rt *rapid.T) { runWorld(t, rt, plan.text) })
		})
	}
}

// waits is how long AWS waits at a point before it goes on by itself.
const waits = time.Hour

// points are where the deployment waits: ECS's way if the plan has such steps.
func (s *sim) points() []Point {
	for _, step := range s.r.Plan.Steps {
		if step.At == PointShift {
			return []Point{PointShift, PointShift, PointShift, PointShifted}
		}
	}
	return []Point{PointReady, PointShifted}
}

// awsGoes is AWS's next step: to the next point, to the end, or off a wait that
// lasted too long.
func (s *sim) awsGoes() {
	d := &s.deployment
	was := d.Status
	switch d.Status {
	case DeploymentRunning:
		points := s.points()
		if s.stage++; s.stage > len(points) {
			*d = DeploymentLook{Status: DeploymentSucceeded}
			break
		}
		*d = DeploymentLook{Status: DeploymentWaiting, Point: points[s.stage-1], WaitKey: fmt.Sprint("w", s.stage)}
		s.waitsSince = s.now
	case DeploymentWaiting:
		if s.now.Sub(s.waitsSince) < waits {
			break
		}
		if d.Status = DeploymentStopped; d.Point == PointShifted {
			d.Status = DeploymentSucceeded
		}
	case DeploymentStopping:
		*d = DeploymentLook{Status: DeploymentStopped, ByAlarm: d.ByAlarm}
	case DeploymentSucceeded, DeploymentFailed, DeploymentStopped, DeploymentUnknown:
	}
	if d.Status != was {
		s.tell("AWS: the deployment is %s", d.Status)
	}
}

// awsAction is AWS going on, failing, or somebody stopping or continuing it.
func (s *sim) awsAction(rt *rapid.T) {
	d := &s.deployment
	what := rapid.SampledFrom([]string{"goes", "goes", "goes", "goes", "goes", "fails", "alarm stops", "continued"}).Draw(rt, "aws")
	moving := d.Status == DeploymentRunning || d.Status == DeploymentWaiting
	switch {
	case what == "goes" || !moving:
		s.awsGoes()
		return
	case what == "fails":
		*d = DeploymentLook{Status: DeploymentFailed}
	case what == "alarm stops":
		*d = DeploymentLook{Status: DeploymentStopping, ByAlarm: true}
	case d.Status == DeploymentWaiting:
		*d = DeploymentLook{Status: DeploymentRunning}
	}
	s.tell("AWS: %s, the deployment is %s", what, d.Status)
}

// lawGuardedEnd: the end is what the deployment's end was.
func (s *sim) lawGuardedEnd() {
	status := s.deployment.Status
	switch s.r.Phase {
	case Promoted:
		if status != DeploymentSucceeded {
			s.breaks("promoted, but the deployment is %s", status)
		}
	case RolledBack:
		if status != DeploymentFailed && status != DeploymentStopped {
			s.breaks("rolled back, but the deployment is %s", status)
		}
	case Queued, Preflight, Shifting, Baking, Gated, Promoting, RollingBack, Refused, Superseded:
		s.breaks("a guarded release ended as %s", s.r.Phase)
	}
}
