package canaryfile

import "github.com/serinhq/serin/statemachine"

// ecsTaskSetBlock is a service of ECS with the EXTERNAL deployment controller, and
// the load balancer's rule or listener before its two task sets.
type ecsTaskSetBlock struct {
	Cluster  ecsName        `json:"cluster" jsonschema_description:"The cluster's name."`
	Service  ecsName        `json:"service" jsonschema_description:"The name of a service with the EXTERNAL deployment controller, whose task sets the pipeline makes."`
	Rule     albRuleARN     `json:"rule,omitempty" jsonschema:"oneof_required=rule" jsonschema_description:"The ARN of the listener rule whose weights are set; or listener."`
	Listener albListenerARN `json:"listener,omitempty" jsonschema:"oneof_required=listener" jsonschema_description:"The ARN of the listener whose default action's weights are set; or rule."`
	Groups   []albGroupARN  `json:"groups" jsonschema:"minItems=2,maxItems=2" jsonschema_description:"The ARNs of the two target groups that the task sets stand behind in turn."`
	Version  version        `json:"version,omitempty" jsonschema_description:"A label for what is released: a commit, or the output variable of an action. With a manual trigger it may be left to serin start --version."`
	Capacity capacity       `json:"capacity,omitempty" jsonschema_description:"How far the canary's task set is scaled, and how many healthy targets it must have, per share of traffic. Default 100%."`
}

func (b *ecsTaskSetBlock) check(d *decoder, path string) { b.balancer().check(d, path) }

// balancer is the load balancer's part.
func (b *ecsTaskSetBlock) balancer() *albBlock {
	return &albBlock{Rule: b.Rule, Listener: b.Listener, Groups: b.Groups, Version: b.Version, Capacity: b.Capacity}
}

func (b *ecsTaskSetBlock) target() statemachine.TargetSpec {
	config := struct {
		Cluster     ecsName        `json:"cluster"`
		Service     ecsName        `json:"service"`
		Rule        albRuleARN     `json:"rule,omitempty"`
		Listener    albListenerARN `json:"listener,omitempty"`
		Groups      []albGroupARN  `json:"groups"`
		CapacityPct capacity       `json:"capacityPct"`
	}{b.Cluster, b.Service, b.Rule, b.Listener, b.Groups, orDefault(b.Capacity, fullCapacity)}
	return statemachine.TargetSpec{
		ID: string(b.Cluster) + "/" + string(b.Service), Name: string(b.Cluster) + "/" + string(b.Service), Version: string(b.Version), Config: configJSON(config),
	}
}
