package explore

import (
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

const (
	deploymentKind = "codedeploy"
	deploymentKey  = "orders/prod"
	deploymentID   = "d-1"
)

// stage is where a deployment that AWS shifts stands.
type stage int

const (
	deployed   stage = iota + 1 // the new side comes up
	atReady                     // waits: test traffic only
	shifting                    // AWS moves traffic
	atShifted                   // waits: all traffic on the new side
	ending                      // the old side goes
	succeeded                   // over
	stopping                    // stopped: AWS puts traffic back
	stopped                     // over, traffic is back
	deployFail                  // over without success
)

func (v stage) String() string {
	return [...]string{"none", "coming up", "waiting at ready", "shifting", "waiting at shifted", "ending", "succeeded", "being stopped", "stopped", "failed"}[v]
}

// guarded is the one deployment of a guarded scenario.
type guarded struct {
	stage stage
	// until is the last tick of AWS's own wait at a point.
	until int
	// ours: this release asked for the stop.
	ours bool
}

// awsWaits is how long AWS waits at a point by itself.
const awsWaits = 4

func (g guarded) hash(clock int) uint64 {
	h := uint64(g.stage)<<2 | bit(g.ours)
	if g.waits() {
		h |= uint64(max(g.until-clock, 0)+1) << 8
	}
	return h
}

func (g guarded) waits() bool { return g.stage == atReady || g.stage == atShifted }

func (g guarded) runs() bool { return g.stage >= deployed && g.stage <= ending }

func (g guarded) point() statemachine.Point {
	switch g.stage {
	case atReady:
		return statemachine.PointReady
	case atShifted:
		return statemachine.PointShifted
	case deployed, shifting, ending, succeeded, stopping, stopped, deployFail:
	}
	return 0
}

// What AWS does with the deployment by itself.
const (
	awsGoesOn = iota + 1
	awsStops
	awsFails
)

// choices are what AWS can do: it goes on when nothing holds it, and its own wait
// at a point ends in time.
func (g guarded) choices(w *world) []choice {
	var all []choice
	if g.stage == stopping || g.runs() && (!g.waits() || g.until <= w.clock) {
		all = append(all, choice{act: actShifts, arg: awsGoesOn})
	}
	if g.runs() && w.left.Foreign > 0 {
		all = append(all, choice{act: actShifts, arg: awsStops}, choice{act: actShifts, arg: awsFails})
	}
	return all
}

func (s *step) awsShifts(how int) {
	g := &s.w.guarded
	switch {
	case how == awsStops:
		s.w.left.Foreign--
		g.stage = stopping
	case how == awsFails:
		s.w.left.Foreign--
		g.stage = deployFail
	case g.stage == atReady: // the wait at ready ends in a stop
		g.stage = stopping
	case g.stage == stopping:
		g.stage = stopped
	default:
		g.stage++
	}
	if g.waits() {
		g.until = s.w.clock + awsWaits
	}
}

// told is a word to the deployment that was applied.
func (s *step) told(stop bool, past statemachine.Point) {
	g := &s.w.guarded
	switch {
	case stop && g.runs():
		g.stage, g.ours = stopping, true
	case !stop && g.waits() && g.point() == past:
		s.continued()
		g.stage++
	}
}

func (s *step) applyGuarded(c *call) answer {
	g := s.w.guarded
	switch c.what {
	case callFind:
		var found []worker.FoundDeployment
		if g.runs() {
			found = []worker.FoundDeployment{{ID: deploymentID, CreatedAt: stamp(1)}}
		}
		return answered(found, nil)
	case callDeployment:
		return answered(g.look(), nil)
	case callContinue, callStop:
		s.told(c.what == callStop, c.past)
		return answered(nil, nil)
	case callLoad, callCommit, callClaim, callTouch, callSlot, callTargetSlots, callTrigger, callOutcome, callPutOutcome, callRunning, callCanary,
		callObserve, callWrite, callAlarms, callGate, callAnswer, callStopExecution, callWaiting, callExecution, callClock,
		callStart, callCheck:
	}
	panic("no call to a deployment: " + c.what.String())
}

func (g guarded) look() statemachine.DeploymentLook {
	l := statemachine.DeploymentLook{Status: statemachine.DeploymentRunning}
	switch g.stage {
	case atReady, atShifted:
		l.Status, l.Point, l.WaitKey, l.Until = statemachine.DeploymentWaiting, g.point(), g.point().String(), at(g.until)
	case succeeded:
		l.Status = statemachine.DeploymentSucceeded
	case stopping:
		l.Status = statemachine.DeploymentStopping
	case stopped:
		l.Status = statemachine.DeploymentStopped
	case deployFail:
		l.Status = statemachine.DeploymentFailed
	case deployed, shifting, ending:
	}
	return l
}

var (
	_ worker.Deployments = deployments{}
	_ worker.Deployment  = deployments{}
)

// behindDeployment is a plan that guards a deployment: it asks a person at ready
// and bakes at shifted.
func behindDeployment() statemachine.Plan {
	p := plan(nil)
	p.Trigger = statemachine.TriggerSpec{Kind: statemachine.TriggerDeployment}
	p.Deployment = &statemachine.DeploymentSpec{Kind: deploymentKind, Key: deploymentKey}
	p.Steps = []statemachine.Step{{At: statemachine.PointReady, Bake: tick}, {At: statemachine.PointShifted, Bake: tick}}
	return p
}
