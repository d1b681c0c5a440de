package awstest

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

func (s RuleState) put(into form, name string) {
	into.put("", s.Settings)
	var actions []form
	for _, a := range s.Actions {
		actions = append(actions, a.form())
	}
	into.list(name, actions)
}

func (r *rule) form() form {
	f := form{"RuleArn": r.arn, "Priority": strconv.Itoa(r.priority), "IsDefault": "false"}
	r.state.put(f, "Actions")
	return f
}

// defaultRule words a listener's default rule.
func (l *listener) defaultRule() form {
	f := form{"RuleArn": l.defaultARN(), "Priority": "default", "IsDefault": "true"}
	RuleState{Actions: l.state.Actions}.put(f, "Actions")
	return f
}

func (l *listener) form() form {
	f := form{"ListenerArn": l.arn, "LoadBalancerArn": l.balancer}
	l.state.put(f, "DefaultActions")
	return f
}

// describeRules lists rules by ARN, or a listener's, by priority and the default rule last.
func (e *ELBv2) describeRules(ask form, _ string) (form, *refusal) {
	wanted, of := ask.texts("RuleArns"), ask["ListenerArn"]
	if (len(wanted) == 0) == (of == "") {
		return nil, elbRefusal("ValidationError", "Either a listener or rules must be specified")
	}
	if of != "" {
		if _, refused := e.findListener(of); refused != nil {
			return nil, refused
		}
	}
	var found []form
	slices.SortStableFunc(e.rules, func(a, b *rule) int { return a.priority - b.priority })
	for _, r := range e.rules {
		if slices.Contains(wanted, r.arn) || r.listener.arn == of {
			found = append(found, r.form())
		}
	}
	for _, l := range e.listeners {
		if slices.Contains(wanted, l.defaultARN()) || l.arn == of {
			found = append(found, l.defaultRule())
		}
	}
	if of == "" && len(found) < len(wanted) {
		return nil, ruleNotFound()
	}
	return listed(ask, "Rules", found)
}

func ruleNotFound() *refusal { return elbRefusal("RuleNotFound", "One or more rules not found") }

// listed words one page of a list.
func listed(ask form, name string, all []form) (form, *refusal) {
	got, next, refused := pageOf(ask, all)
	if refused != nil {
		return nil, refused
	}
	answer := form{}
	answer.list(name, got)
	if next != "" {
		answer["NextMarker"] = next
	}
	return answer, nil
}

func (e *ELBv2) describeListeners(ask form, _ string) (form, *refusal) {
	wanted, of := ask.texts("ListenerArns"), ask["LoadBalancerArn"]
	if (len(wanted) == 0) == (of == "") {
		return nil, elbRefusal("ValidationError", "Either listeners or a load balancer must be specified")
	}
	if _, known := e.balancers[of]; of != "" && !known {
		return nil, elbRefusal("LoadBalancerNotFound", "Load balancer '%s' not found", of)
	}
	for _, arn := range wanted {
		if _, refused := e.findListener(arn); refused != nil {
			return nil, refused
		}
	}
	var found []form
	for _, l := range e.listeners {
		if slices.Contains(wanted, l.arn) || l.balancer == of {
			found = append(found, l.form())
		}
	}
	return listed(ask, "Listeners", found)
}

// modifyRule replaces the whole list of actions, and keeps what the call does not name. A default rule is its
// listener's (AWS note 3.2).
func (e *ELBv2) modifyRule(ask form, actor string) (form, *refusal) {
	for _, l := range e.listeners {
		if l.defaultARN() == ask["RuleArn"] {
			return nil, elbRefusal("OperationNotPermitted", "Default rule '%s' cannot be modified", ask["RuleArn"])
		}
	}
	i := slices.IndexFunc(e.rules, func(r *rule) bool { return r.arn == ask["RuleArn"] })
	if i < 0 {
		return nil, ruleNotFound()
	}
	r := e.rules[i]
	want, refused := e.changed(r.state, ask, "Actions", r.listener)
	if refused != nil {
		return nil, refused
	}
	e.set(actor, "rule", r.arn, &r.state, want)
	answer := form{}
	answer.list("Rules", []form{r.form()})
	return answer, nil
}

func (e *ELBv2) modifyListener(ask form, actor string) (form, *refusal) {
	l, refused := e.findListener(ask["ListenerArn"])
	if refused != nil {
		return nil, refused
	}
	want, refused := e.changed(l.state, ask, "DefaultActions", l)
	if refused != nil {
		return nil, refused
	}
	e.set(actor, "listener", l.arn, &l.state, want)
	answer := form{}
	answer.list("Listeners", []form{l.form()})
	return answer, nil
}

// changed lays a call over a state: each list or field it names replaces the old one whole.
func (e *ELBv2) changed(s RuleState, ask form, actions string, of *listener) (RuleState, *refusal) {
	want := s.clone()
	for path := range ask {
		head, _, _ := strings.Cut(path, ".")
		if slices.Contains([]string{"Action", "Version", "RuleArn", "ListenerArn", actions}, head) {
			continue
		}
		maps.DeleteFunc(want.Settings, func(old, _ string) bool { return old == head || strings.HasPrefix(old, head+".") })
	}
	for path, v := range ask {
		head, _, _ := strings.Cut(path, ".")
		if !slices.Contains([]string{"Action", "Version", "RuleArn", "ListenerArn", actions}, head) {
			want.Settings[path] = v
		}
	}
	if asked := ask.members(actions); len(asked) > 0 {
		read, refused := readActions(asked, s)
		if refused != nil {
			return RuleState{}, refused
		}
		want.Actions = read
	}
	return want, e.reachable(want, of)
}

// set makes want the state and enters it in the ledger. Groups that come into use now begin their health checks.
func (e *ELBv2) set(actor, kind, arn string, state *RuleState, want RuleState) {
	used := e.used()
	*state = want
	for _, g := range want.groups() {
		if group, _ := e.findGroup(g); group != nil && used[g] == "" && actor != SetupActor {
			group.checking = e.healthyAfter
		}
	}
	e.ledger.Append(actor, kind, arn, want.clone())
}

// used names the load balancer of each target group that a rule or listener forwards to.
func (e *ELBv2) used() map[string]string {
	out := map[string]string{}
	for _, l := range e.listeners {
		for _, g := range l.state.groups() {
			out[g] = l.balancer
		}
	}
	for _, r := range e.rules {
		for _, g := range r.state.groups() {
			out[g] = r.listener.balancer
		}
	}
	return out
}
