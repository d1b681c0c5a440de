package infra_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/serinhq/serin/internal/awstest"
)

// guardEndings are those of a guarded deployment.
func guardEndings() []ending {
	return []ending{endByItself, endAlarm, endVisit, endRolledBack, endDenied}
}

// serviceTrial is an ECS service that shifts in steps of forty percent, and waits before each and after the last.
func serviceTrial(x *torment, t *trial) {
	service := x.on(t).linearService()
	t.asks, t.endings = true, guardEndings()
	t.file = strings.ReplaceAll(ecsFile, "NAME", t.name)
	t.movers, t.approves = []mover{serviceMover(service)}, continueFirst
	t.begin = func(r *round) {
		id, events := x.services.StartDeployment(service, r.name+":"+r.tag())
		r.key, r.begun, r.opened = id, true, last(events)
		x.chaos(r.trial, events...)
		x.serviceGoes(r, x.services.Run)
	}
	t.drive = x.serviceDrives
	t.weighs = func(r *round) float64 { return x.services.WeightPct(r.key) }
}

// continueFirst is what ECS is asked before the first traffic moves.
const continueFirst = "continue at 0%"

// serviceMover reads what the deployments of a service were asked, and what the new revision had then.
func serviceMover(service string) mover {
	return mover{
		resource: service,
		shows: func(c awstest.Change) string {
			if c.Kind == "deployment-stop" {
				return stopped
			}
			return fmt.Sprintf("continue at %g%%", c.State.(awstest.ECSDeploymentState).WeightPct)
		},
		ladder: func(string, *round) []string {
			return []string{"", continueFirst, "continue at 40%", "continue at 80%", "continue at 100%"}
		},
		back: func(string) string { return stopped },
	}
}

// serviceDrives takes a service's deployment on, as ECS does by itself once it was told to: one that is to be taken back
// stays where its first traffic has moved.
func (x *torment) serviceDrives(r *round) {
	asked := x.asked[r.key]
	switch {
	case asked[stopped] || !asked[r.approves]:
	case r.end == endByItself:
		x.serviceGoes(r, x.services.Run)
	case x.points[r.id()] < awstest.PointShifting:
		if x.serviceGoes(r, func(id string) ([]json.RawMessage, error) { return x.services.RunTo(id, "PRODUCTION_TRAFFIC_SHIFT") }) {
			x.points[r.id()] = awstest.PointShifting
		}
	}
}

// serviceGoes reports whether it went.
func (x *torment) serviceGoes(r *round, on func(id string) ([]json.RawMessage, error)) bool {
	events, err := on(r.key)
	x.chaos(r.trial, events...)
	return err == nil
}
