package awstest

import (
	"net/http"
	"slices"
	"strconv"
)

type targetGroup struct {
	arn, name, protocol string
	port                int
	targets             []*target
	checking            int // reads until its first health checks are over
}

type target struct {
	id    string
	state string
}

// reachable refuses groups that do not exist, speak no HTTP, belong to another load balancer, or are more than a
// load balancer may have (AWS note 3.2).
func (e *ELBv2) reachable(s RuleState, of *listener) *refusal {
	used := e.used()
	for _, arn := range s.groups() {
		g, refused := e.findGroup(arn)
		switch {
		case refused != nil:
			return refused
		case g.protocol != "HTTP" && g.protocol != "HTTPS":
			return elbRefusal("IncompatibleProtocols", "The %s protocol of target group '%s' does not fit the listener", g.protocol, arn)
		case used[arn] != "" && used[arn] != of.balancer:
			return elbRefusal("TargetGroupAssociationLimit", "Target group '%s' cannot be associated with more than one load balancer", arn)
		}
		used[arn] = of.balancer
	}
	n := 0
	for _, balancer := range used {
		if balancer == of.balancer {
			n++
		}
	}
	if n > 100 {
		return elbRefusal("TooManyUniqueTargetGroupsPerLoadBalancer", "A load balancer can have at most 100 target groups")
	}
	return nil
}

// describeTargetHealth shows every target of a group that nothing forwards to as unused; a group that has just come into use
// has its healthy targets initial for as many reads as HealthyAfter says (AWS note 3.2).
func (e *ELBv2) describeTargetHealth(ask form, _ string) (form, *refusal) {
	g, refused := e.findGroup(ask["TargetGroupArn"])
	if refused != nil {
		return nil, refused
	}
	inUse := e.used()[g.arn] != ""
	var shown []form
	for _, t := range g.targets {
		state := t.state
		reason := healthReason(state)
		switch {
		case !inUse:
			state, reason = "unused", "Target.NotInUse"
		case g.checking > 0 && state == "healthy":
			state, reason = "initial", "Elb.InitialHealthChecking"
		}
		shown = append(shown, healthForm(t.id, g.port, state, reason))
	}
	if inUse && g.checking > 0 {
		g.checking--
	}
	if asked := ask.members("Targets"); len(asked) > 0 {
		var picked []form
		for _, a := range asked {
			if a["Id"] == "" {
				return nil, elbRefusal("InvalidTarget", "A target must have an id")
			}
			i := slices.IndexFunc(shown, func(f form) bool { return f["Target.Id"] == a["Id"] })
			if i < 0 {
				picked = append(picked, healthForm(a["Id"], g.port, "unused", "Target.NotRegistered"))
				continue
			}
			picked = append(picked, shown[i])
		}
		shown = picked
	}
	answer := form{}
	answer.list("TargetHealthDescriptions", shown)
	return answer, nil
}

func healthForm(id string, port int, state, reason string) form {
	f := form{
		"Target.Id": id, "Target.Port": strconv.Itoa(port), "HealthCheckPort": strconv.Itoa(port), "TargetHealth.State": state,
	}
	if reason != "" {
		f["TargetHealth.Reason"] = reason
	}
	return f
}

// healthReason is the usual reason of a state; a healthy target has none.
func healthReason(state string) string {
	return map[string]string{
		"initial": "Elb.RegistrationInProgress", "unhealthy": "Target.FailedHealthChecks", "unhealthy.draining": "Target.FailedHealthChecks",
		"draining": "Target.DeregistrationInProgress", "unavailable": "Target.HealthCheckDisabled", "unused": "Target.InvalidState",
	}[state]
}

func (e *ELBv2) describeTargetGroups(ask form, _ string) (form, *refusal) {
	arns, names, of := ask.texts("TargetGroupArns"), ask.texts("Names"), ask["LoadBalancerArn"]
	if _, known := e.balancers[of]; of != "" && !known {
		return nil, elbRefusal("LoadBalancerNotFound", "Load balancer '%s' not found", of)
	}
	used := e.used()
	var found []form
	for _, g := range e.groups {
		all := len(arns)+len(names) == 0 && of == ""
		if !all && !slices.Contains(arns, g.arn) && !slices.Contains(names, g.name) && (of == "" || used[g.arn] != of) {
			continue
		}
		f := form{
			"TargetGroupArn": g.arn, "TargetGroupName": g.name, "Protocol": g.protocol, "Port": strconv.Itoa(g.port),
			"TargetType": "ip", "VpcId": "vpc-0a1b2c3d", "HealthCheckEnabled": "true", "HealthCheckProtocol": g.protocol,
			"HealthCheckPort": "traffic-port", "HealthyThresholdCount": "5", "UnhealthyThresholdCount": "2",
		}
		if used[g.arn] != "" {
			f["LoadBalancerArns.member.1"] = used[g.arn]
		}
		found = append(found, f)
	}
	if len(found) < len(arns)+len(names) {
		return nil, elbRefusal("TargetGroupNotFound", "One or more target groups not found")
	}
	return listed(ask, "TargetGroups", found)
}

// describeTags answers for at most twenty resources of any kind.
func (e *ELBv2) describeTags(ask form, _ string) (form, *refusal) {
	arns := ask.texts("ResourceArns")
	if len(arns) == 0 || len(arns) > 20 {
		return nil, elbRefusal("ValidationError", "Between 1 and 20 resources must be specified")
	}
	var all []form
	for _, arn := range arns {
		tags, known := e.tags[arn]
		if !known {
			return nil, notFoundByKind(arn)
		}
		d := form{"ResourceArn": arn}
		var list []form
		for _, key := range sortedKeys(tags) {
			list = append(list, form{"Key": key, "Value": tags[key]})
		}
		d.list("Tags", list)
		all = append(all, d)
	}
	answer := form{}
	answer.list("TagDescriptions", all)
	return answer, nil
}

func (e *ELBv2) refuseNext(operation, code string) {
	status := http.StatusBadRequest
	if code == "HealthUnavailable" {
		status = http.StatusInternalServerError
	}
	e.refusals[operation] = append(e.refusals[operation], refuse(status, code, "refused by the test"))
}
