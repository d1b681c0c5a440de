package local

import (
	"fmt"
	"strings"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// group is a deployment group: what AWS deploys, one at a time.
type group struct {
	key string
	// waits: it can wait at ready and at shifted.
	waits bool
	all   []*deployment
}

type deployment struct {
	id        string
	version   string
	createdAt time.Time
	// status is never stopping: that is a stopped one whose rollback runs.
	status    statemachine.DeploymentStatus
	point     statemachine.Point
	until     time.Time
	weightPct *float64
	past      []string // the waits that were continued
	text      string
	byAlarm   bool
	// rollback puts traffic back; rollbackOf is the other way round.
	rollback, rollbackOf *deployment
}

// CreateDeploymentGroup makes a group "<application>/<group>", or changes
// whether its deployments can wait at points.
func (w *World) CreateDeploymentGroup(key string, waits bool) {
	w.do(func() {
		if g := w.groups[key]; g != nil {
			g.waits = waits
			return
		}
		w.groups[key] = &group{key: key, waits: waits}
	})
}

// StartDeployment starts one and returns its id; "" if there is no such group.
func (w *World) StartDeployment(key, version string) string {
	return locked(w, func() string {
		g := w.groups[key]
		if g == nil {
			return ""
		}
		return w.deploy(g, &deployment{version: version}).id
	})
}

func (w *World) deploy(g *group, d *deployment) *deployment {
	w.ids++
	d.id, d.createdAt, d.status = fmt.Sprintf("d-%09X", w.ids), w.instant(), statemachine.DeploymentRunning
	g.all = append(g.all, d)
	w.emitDeployment(g, d, "START")
	return d
}

// ReachPoint takes a deployment that runs to a point, where it waits for an hour.
func (w *World) ReachPoint(id string, point statemachine.Point) {
	w.deployment(id, func(g *group, d *deployment) {
		d.status, d.point, d.until = statemachine.DeploymentWaiting, point, w.clock().Add(time.Hour)
		if point == statemachine.PointReady {
			w.emitDeployment(g, d, "READY")
		}
	})
}

// SetDeploymentWeight says how far AWS has shifted.
func (w *World) SetDeploymentWeight(id string, weightPct float64) {
	w.deployment(id, func(_ *group, d *deployment) { d.weightPct = &weightPct })
}

// SucceedDeployment ends one well.
func (w *World) SucceedDeployment(id string) {
	w.deployment(id, func(g *group, d *deployment) {
		d.status = statemachine.DeploymentSucceeded
		w.emitDeployment(g, d, "SUCCESS")
	})
}

// FailDeployment ends one without success or rollback.
func (w *World) FailDeployment(id, text string) {
	w.deployment(id, func(g *group, d *deployment) {
		d.status, d.text = statemachine.DeploymentFailed, text
		w.emitDeployment(g, d, "FAILURE")
	})
}

// StopDeployment stops one with rollback: AWS's own alarm, or a person.
func (w *World) StopDeployment(id, text string, byAlarm bool) {
	w.deployment(id, func(g *group, d *deployment) {
		d.byAlarm = byAlarm
		w.stopDeployment(g, d, text)
	})
}

func (w *World) stopDeployment(g *group, d *deployment, text string) {
	d.status, d.text = statemachine.DeploymentStopped, text
	w.emitDeployment(g, d, "STOP")
	d.rollback = w.deploy(g, &deployment{rollbackOf: d})
}

// EndRollback ends the rollback that a stop began and returns its id; "" if none
// runs.
func (w *World) EndRollback(id string) string {
	rollback := locked(w, func() string {
		for _, g := range w.groups {
			for _, d := range g.all {
				if d.id == id && d.rollback != nil {
					return d.rollback.id
				}
			}
		}
		return ""
	})
	w.SucceedDeployment(rollback)
	return rollback
}

// deployment changes one that is not over.
func (w *World) deployment(id string, change func(*group, *deployment)) {
	w.do(func() {
		for _, g := range w.groups {
			for _, d := range g.all {
				if d.id == id && d.runs() {
					change(g, d)
					return
				}
			}
		}
	})
}

func (d *deployment) runs() bool {
	return d.status == statemachine.DeploymentRunning || d.status == statemachine.DeploymentWaiting
}

func (d *deployment) waitKey() string { return d.id + "/" + d.point.String() }

func (d *deployment) look() statemachine.DeploymentLook {
	look := statemachine.DeploymentLook{Status: d.status, WeightPct: d.weightPct, Text: d.text, ByAlarm: d.byAlarm}
	if d.status == statemachine.DeploymentWaiting {
		look.Point, look.WaitKey, look.Until = d.point, d.waitKey(), d.until
	}
	if d.rollback != nil {
		look.RollbackID = d.rollback.id
		if d.rollback.runs() {
			look.Status = statemachine.DeploymentStopping
		}
	}
	return look
}

// emitDeployment says that a deployment changed state (CodeDeploy user guide,
// "Monitoring deployments with Amazon CloudWatch Events").
func (w *World) emitDeployment(g *group, d *deployment, state string) {
	application, name, _ := strings.Cut(g.key, "/")
	w.emit("aws.codedeploy", "CodeDeploy Deployment State-change Notification",
		[]string{arn("codedeploy", "application:"+application), arn("codedeploy", "deploymentgroup:"+g.key)},
		fields{
			"region": Region, "deploymentId": d.id, "instanceGroupId": w.id(),
			"deploymentGroup": name, "state": state, "application": application,
		})
}
