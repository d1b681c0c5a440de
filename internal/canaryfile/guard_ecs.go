package canaryfile

import "github.com/serinhq/serin/statemachine"

// ecsBlock is a service whose deployments Amazon ECS shifts itself.
type ecsBlock struct {
	Cluster ecsName `json:"cluster" jsonschema_description:"The cluster's name."`
	Service ecsName `json:"service" jsonschema_description:"The name of the service whose deployments are guarded. It pauses where it has pause hooks."`
}

func (b *ecsBlock) deployment() statemachine.DeploymentSpec {
	return statemachine.DeploymentSpec{
		Key: string(b.Cluster) + "/" + string(b.Service),
		Config: configJSON(struct {
			Cluster string `json:"cluster"`
			Service string `json:"service"`
		}{string(b.Cluster), string(b.Service)}),
	}
}

func (*ecsBlock) points() []statemachine.Point {
	return []statemachine.Point{
		statemachine.PointReconcile, statemachine.PointPreScaleUp, statemachine.PointPostScaleUp,
		statemachine.PointPostTestTraffic, statemachine.PointShift, statemachine.PointShifted,
	}
}

// ecsName is the name of a cluster or a service.
type ecsName string

func (ecsName) rule() rule {
	return rule{pattern: `^[A-Za-z0-9_-]{1,255}$`, expects: "1 to 255 letters, digits, hyphens or underscores, as ECS has it; a name, not an ARN"}
}
