package awstest

import "strings"

func (e *ELBv2) mustReach(s RuleState, of *listener) {
	refused := e.reachable(s, of)
	if refused == nil {
		refused = wellOrdered(s.Actions)
	}
	if refused != nil {
		panic("awstest: " + refused.code + ": " + refused.message)
	}
}

func (e *ELBv2) mustListener(arn string) *listener {
	l, refused := e.findListener(arn)
	if refused != nil {
		panic("awstest: no listener " + arn)
	}
	return l
}

func (e *ELBv2) mustGroup(arn string) *targetGroup {
	g, refused := e.findGroup(arn)
	if refused != nil {
		panic("awstest: no target group " + arn)
	}
	return g
}

// mustState finds the state of a rule, or of a listener, its kind in the ledger, and the listener it belongs to.
func (e *ELBv2) mustState(arn string) (*RuleState, string, *listener) {
	for _, r := range e.rules {
		if r.arn == arn {
			return &r.state, "rule", r.listener
		}
	}
	l := e.mustListener(arn)
	return &l.state, "listener", l
}

// notFoundByKind is the error of a resource that is not there, told from its ARN.
func notFoundByKind(arn string) *refusal {
	kinds := map[string]string{
		":loadbalancer/": "LoadBalancerNotFound", ":listener/": "ListenerNotFound", ":listener-rule/": "RuleNotFound",
	}
	for part, code := range kinds {
		if strings.Contains(arn, part) {
			return elbRefusal(code, "'%s' not found", arn)
		}
	}
	return elbRefusal("TargetGroupNotFound", "'%s' not found", arn)
}
