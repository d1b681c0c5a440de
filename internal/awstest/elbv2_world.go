package awstest

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// The methods of this file are the test's side of Elastic Load Balancing. They panic on an ARN the test never made, and
// on a state AWS would refuse.

// CreateLoadBalancer makes an Application Load Balancer and returns its ARN.
func (e *ELBv2) CreateLoadBalancer(name string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	arn := e.arn("loadbalancer/app", name, e.id())
	e.balancers[arn], e.tags[arn] = name, map[string]string{}
	return arn
}

// CreateTargetGroup makes a target group with these targets, all healthy, and returns its ARN. protocol is "HTTP" when
// empty.
func (e *ELBv2) CreateTargetGroup(name, protocol string, targets ...string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	g := &targetGroup{arn: e.arn("targetgroup", name, e.id()), name: name, protocol: cmp.Or(protocol, "HTTP"), port: 8080}
	e.groups = append(e.groups, g)
	e.tags[g.arn] = map[string]string{}
	for _, id := range targets {
		g.targets = append(g.targets, &target{id: id, state: "healthy"})
	}
	return g.arn
}

// CreateListener gives a load balancer a listener on port 80 with these default actions, and returns its ARN.
func (e *ELBv2) CreateListener(balancer string, actions ...RuleAction) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, known := e.balancers[balancer]; !known {
		panic("awstest: no load balancer " + balancer)
	}
	l := &listener{balancer: balancer}
	l.arn = strings.Replace(balancer, ":loadbalancer/", ":listener/", 1) + "/" + e.id()
	want := RuleState{Actions: actions, Settings: map[string]string{"Port": "80", "Protocol": "HTTP"}}.clone()
	e.mustReach(want, l)
	e.listeners = append(e.listeners, l)
	e.tags[l.arn], e.tags[l.defaultARN()] = map[string]string{}, map[string]string{}
	e.set(SetupActor, "listener", l.arn, &l.state, want)
	return l.arn
}

// CreateRule gives a listener a rule for a path, of the next priority, and returns its ARN.
func (e *ELBv2) CreateRule(listenerARN, path string, actions ...RuleAction) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	l := e.mustListener(listenerARN)
	r := &rule{listener: l, priority: len(e.rules) + 1}
	r.arn = strings.Replace(l.arn, ":listener/", ":listener-rule/", 1) + "/" + e.id()
	want := RuleState{Actions: actions, Settings: map[string]string{
		"Conditions.member.1.Field":                             "path-pattern",
		"Conditions.member.1.Values.member.1":                   path,
		"Conditions.member.1.PathPatternConfig.Values.member.1": path,
	}}.clone()
	e.mustReach(want, l)
	e.rules = append(e.rules, r)
	e.tags[r.arn] = map[string]string{}
	e.set(SetupActor, "rule", r.arn, &r.state, want)
	return r.arn
}

// ForwardTo is a forward action, without stickiness.
func ForwardTo(groups ...ForwardGroup) RuleAction {
	return RuleAction{Type: "forward", Forward: &Forward{Groups: groups}}
}

// DefaultRule is the ARN of a listener's default rule.
func (e *ELBv2) DefaultRule(listenerARN string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.mustListener(listenerARN).defaultARN()
}

// Rule returns what a rule, or a listener by its own ARN, really does.
func (e *ELBv2) Rule(arn string) RuleState {
	e.mu.Lock()
	defer e.mu.Unlock()
	state, _, _ := e.mustState(arn)
	return state.clone()
}

// SetRule is a foreign writer: it gives a rule, or a listener by its own ARN, these actions.
func (e *ELBv2) SetRule(arn string, actions ...RuleAction) {
	e.mu.Lock()
	defer e.mu.Unlock()
	state, kind, of := e.mustState(arn)
	want := RuleState{Actions: actions, Settings: state.Settings}.clone()
	e.mustReach(want, of)
	e.set(ForeignActor, kind, arn, state, want)
}

// DeleteRule takes a rule away: calls on it answer RuleNotFound from now on.
func (e *ELBv2) DeleteRule(arn string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.rules = slices.DeleteFunc(e.rules, func(r *rule) bool { return r.arn == arn })
	delete(e.tags, arn)
}

// DeleteTargetGroup takes a target group away. AWS refuses it while the group is in use; so does this, with a panic.
func (e *ELBv2) DeleteTargetGroup(arn string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.used()[arn] != "" {
		panic("awstest: target group in use: " + arn)
	}
	e.groups = slices.DeleteFunc(e.groups, func(g *targetGroup) bool { return g.arn == arn })
	delete(e.tags, arn)
}

// SetTarget registers a target with a group or changes its state: initial, healthy, unhealthy, unhealthy.draining,
// draining or unavailable; an empty state deregisters it.
func (e *ELBv2) SetTarget(group, id, state string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	g := e.mustGroup(group)
	g.targets = slices.DeleteFunc(g.targets, func(t *target) bool { return t.id == id && state == "" })
	for _, t := range g.targets {
		if t.id == id {
			t.state = state
			return
		}
	}
	if state != "" {
		g.targets = append(g.targets, &target{id: id, state: state})
	}
}

// HealthyAfter makes healthy targets of a group that comes into use from now on show initial for n reads of
// DescribeTargetHealth; 0 is the default. Groups in use when the world was made are not checked again.
func (e *ELBv2) HealthyAfter(n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.healthyAfter = n
}

// Tag adds tags to a resource: an ingress controller's are elbv2.k8s.aws/cluster and ingress.k8s.aws/stack.
func (e *ELBv2) Tag(arn string, tags map[string]string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.tags[arn] == nil {
		panic("awstest: no resource " + arn)
	}
	maps.Copy(e.tags[arn], tags)
}

// RefuseNext answers the next call of an operation with one of its documented errors: RefuseNext("DescribeTargetHealth",
// "HealthUnavailable"). Several wait in line.
func (e *ELBv2) RefuseNext(operation, code string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.refuseNext(operation, code)
}
