package awstest

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// RuleState is what a rule, or a listener's default rule, does: what the ledger keeps (kinds "rule" and "listener").
type RuleState struct {
	// Actions are in the order they are performed.
	Actions []RuleAction
	// Settings are all other fields by path: "Conditions.member.1.Field", "Port".
	Settings map[string]string
}

// RuleAction is one action of a rule.
type RuleAction struct {
	// Type is forward, authenticate-oidc, redirect, ….
	Type string
	// Order is when it is performed; 0 means not given.
	Order int
	// Forward is set on a forward action.
	Forward *Forward
	// Settings are the fields of any other action, as they came, by path: "RedirectConfig.Host". ClientSecret is kept and
	// never described.
	Settings map[string]string
}

// Forward is what a forward action shares requests among.
type Forward struct {
	// Groups are the target groups with their weights; a request's share is weight by sum.
	Groups []ForwardGroup
	// Sticky is whether clients stay with their group, StickySeconds for how long; 0 means not given.
	Sticky        bool
	StickySeconds int
}

// ForwardGroup is one target group of a forward action.
type ForwardGroup struct {
	// ARN is the target group's.
	ARN string
	// Weight is 0–999.
	Weight int
}

func (s RuleState) clone() RuleState {
	s.Actions, s.Settings = slices.Clone(s.Actions), maps.Clone(s.Settings)
	for i := range s.Actions {
		a := &s.Actions[i]
		a.Settings = maps.Clone(a.Settings)
		if a.Forward != nil {
			f := *a.Forward
			f.Groups = slices.Clone(f.Groups)
			a.Forward = &f
		}
	}
	return s
}

// groups are the target groups the state forwards to, each once.
func (s RuleState) groups() []string {
	var arns []string
	for _, a := range s.Actions {
		if a.Forward == nil {
			continue
		}
		for _, g := range a.Forward.Groups {
			if !slices.Contains(arns, g.ARN) {
				arns = append(arns, g.ARN)
			}
		}
	}
	return arns
}

// readActions reads a list of actions; before holds the secrets that UseExistingClientSecret means.
func readActions(asked []form, before RuleState) ([]RuleAction, *refusal) {
	var actions []RuleAction
	for _, ask := range asked {
		a := RuleAction{Type: ask["Type"]}
		if text := ask["Order"]; text != "" {
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 || n > 50000 {
				return nil, elbRefusal("ValidationError", "Action order must be between 1 and 50000")
			}
			a.Order = n
		}
		var refused *refusal
		if a.Type == "forward" {
			a.Forward, refused = readForward(ask)
		} else {
			a.Settings, refused = readSettings(ask, before)
		}
		if refused != nil {
			return nil, refused
		}
		actions = append(actions, a)
	}
	return actions, wellOrdered(actions)
}

// wellOrdered holds what the API asks of a list of actions: one that ends the request, the last; an order, each its own, when there are
// several.
func wellOrdered(actions []RuleAction) *refusal {
	slices.SortStableFunc(actions, func(a, b RuleAction) int { return a.Order - b.Order })
	for i, a := range actions {
		ends := slices.Contains([]string{"forward", "redirect", "fixed-response"}, a.Type)
		if ends != (i == len(actions)-1) {
			return elbRefusal("InvalidLoadBalancerAction", "The last action, and no other, must be forward, redirect or fixed-response")
		}
		if len(actions) > 1 && (a.Order == 0 || i > 0 && actions[i-1].Order == a.Order) {
			return elbRefusal("InvalidLoadBalancerAction", "Each of several actions must have an order of its own")
		}
	}
	return nil
}

// readForward reads both forms of a forward action into one: TargetGroupArn alone is one group of weight 1.
func readForward(ask form) (*Forward, *refusal) {
	f := &Forward{}
	tuples := ask.members("ForwardConfig.TargetGroups")
	single := ask["TargetGroupArn"]
	switch {
	case single == "" && len(tuples) == 0:
		return nil, elbRefusal("InvalidLoadBalancerAction", "A forward action must name a target group")
	case len(tuples) > 5: // AWS note 3.2
		return nil, elbRefusal("InvalidLoadBalancerAction", "A forward action can have at most 5 target groups")
	case single != "" && len(tuples) > 0 && (len(tuples) != 1 || tuples[0]["TargetGroupArn"] != single):
		return nil, elbRefusal("InvalidLoadBalancerAction", "TargetGroupArn and ForwardConfig must name the same single target group")
	case len(tuples) == 0:
		tuples = []form{{"TargetGroupArn": single}}
	}
	for _, t := range tuples {
		weight, refused := readWeight(t["Weight"], len(tuples) > 1)
		if refused != nil {
			return nil, refused
		}
		g := ForwardGroup{ARN: t["TargetGroupArn"], Weight: weight}
		if slices.ContainsFunc(f.Groups, func(o ForwardGroup) bool { return o.ARN == g.ARN }) {
			return nil, elbRefusal("InvalidLoadBalancerAction", "Target group '%s' is given twice", g.ARN)
		}
		f.Groups = append(f.Groups, g)
	}
	sticky := ask.under("ForwardConfig.TargetGroupStickinessConfig")
	f.Sticky = sticky["Enabled"] == "true"
	if text, given := sticky["DurationSeconds"]; given || f.Sticky {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 604800 { // also when stickiness is off
			return nil, elbRefusal("ValidationError", "Target group stickiness duration must be between 1 and 604800 seconds")
		}
		f.StickySeconds = n
	}
	return f, nil
}

// readWeight refuses what is no integer of 0–999 (AWS note 3.2); with several groups each needs one.
func readWeight(text string, required bool) (int, *refusal) {
	if text == "" && !required {
		return 1, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 999 {
		return 0, elbRefusal("ValidationError", "Target group weight must be between 0 and 999")
	}
	return n, nil
}

// readSettings keeps an action of another type verbatim, but for the secret of authenticate-oidc: it is never described, so
// a call that copies a described action back must say UseExistingClientSecret.
func readSettings(ask form, before RuleState) (map[string]string, *refusal) {
	const secret, existing = "AuthenticateOidcConfig.ClientSecret", "AuthenticateOidcConfig.UseExistingClientSecret"
	settings := map[string]string{}
	for path, v := range ask {
		if strings.Contains(path, ".") && path != existing {
			settings[path] = v
		}
	}
	if ask["Type"] != "authenticate-oidc" {
		return settings, nil
	}
	keep := ask[existing] == "true"
	switch {
	case keep && settings[secret] != "":
		return nil, elbRefusal("InvalidLoadBalancerAction", "You cannot both specify a client secret and set UseExistingClientSecret to true")
	case keep:
		for _, a := range before.Actions {
			if old := a.Settings[secret]; old != "" && settings[secret] == "" {
				settings[secret] = old
			}
		}
	}
	if settings[secret] == "" {
		return nil, elbRefusal("InvalidLoadBalancerAction", "A client secret must be specified")
	}
	return settings, nil
}

// form words an action as Describe does: a single group in both forms (AWS note 3.2), no secret.
func (a RuleAction) form() form {
	f := form{"Type": a.Type}
	if a.Order > 0 {
		f["Order"] = strconv.Itoa(a.Order)
	}
	for path, v := range a.Settings {
		if path != "AuthenticateOidcConfig.ClientSecret" {
			f[path] = v
		}
	}
	if a.Forward == nil {
		return f
	}
	if len(a.Forward.Groups) == 1 {
		f["TargetGroupArn"] = a.Forward.Groups[0].ARN
	}
	var tuples []form
	for _, g := range a.Forward.Groups {
		tuples = append(tuples, form{"TargetGroupArn": g.ARN, "Weight": strconv.Itoa(g.Weight)})
	}
	f.list("ForwardConfig.TargetGroups", tuples)
	f["ForwardConfig.TargetGroupStickinessConfig.Enabled"] = strconv.FormatBool(a.Forward.Sticky)
	if a.Forward.StickySeconds > 0 {
		f["ForwardConfig.TargetGroupStickinessConfig.DurationSeconds"] = strconv.Itoa(a.Forward.StickySeconds)
	}
	return f
}
