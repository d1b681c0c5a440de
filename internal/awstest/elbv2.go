package awstest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"sync"
)

// ELBv2 answers Elastic Load Balancing for listeners, rules and target groups of Application Load Balancers (AWS note
// 3.2). moto accepts any weight and calls every target healthy (AWS note 8).
//
// It has no requests to balance and no health checks: targets are in the state the test gives them.
type ELBv2 struct {
	account, region string
	ledger          *Ledger

	mu           sync.Mutex
	balancers    map[string]string // name by ARN
	listeners    []*listener
	rules        []*rule // without the default rules
	groups       []*targetGroup
	tags         map[string]map[string]string // by ARN
	healthyAfter int
	refusals     map[string][]*refusal // by operation
	made         int
}

// listener holds what its default rule shows: both are one.
type listener struct {
	arn, balancer string
	state         RuleState
}

type rule struct {
	arn      string
	listener *listener
	priority int
	state    RuleState
}

// NewELBv2 returns the Elastic Load Balancing of one account and region, without load balancers.
func NewELBv2(account, region string, ledger *Ledger) *ELBv2 {
	return &ELBv2{
		account: account, region: region, ledger: ledger, balancers: map[string]string{},
		tags: map[string]map[string]string{}, refusals: map[string][]*refusal{},
	}
}

// Service implements StandIn.
func (*ELBv2) Service() string { return "elasticloadbalancing" }

// Operation implements StandIn.
func (e *ELBv2) Operation(_ *http.Request, body []byte) string {
	name := readForm(body)["Action"]
	if e.operations()[name] == nil {
		return ""
	}
	return name
}

// elbOperation answers a decoded form with the fields of the operation's result, the refusal's wording apart.
type elbOperation func(ask form, actor string) (form, *refusal)

func (e *ELBv2) operations() map[string]elbOperation {
	return map[string]elbOperation{
		"DescribeRules":        e.describeRules,
		"DescribeListeners":    e.describeListeners,
		"DescribeTargetGroups": e.describeTargetGroups,
		"DescribeTargetHealth": e.describeTargetHealth,
		"DescribeTags":         e.describeTags,
		"ModifyRule":           e.modifyRule,
		"ModifyListener":       e.modifyListener,
	}
}

// Serve implements StandIn.
func (e *ELBv2) Serve(c Call) Answer {
	if c.Region != e.region { // nothing of ours is there
		e = NewELBv2(e.account, c.Region, e.ledger)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	ask := readForm(c.Body)
	name := ask["Action"]
	operation := e.operations()[name]
	if operation == nil {
		return refuseXML(refuse(http.StatusBadRequest, "InvalidAction", "Could not find operation "+name+" for version 2015-12-01"), "*")
	}
	resource := "*" // Describe operations know no other (AWS note 3.2)
	switch name {
	case "ModifyRule":
		resource = ask["RuleArn"]
	case "ModifyListener":
		resource = ask["ListenerArn"]
	}
	if waiting := e.refusals[name]; len(waiting) > 0 {
		e.refusals[name] = waiting[1:]
		return refuseXML(waiting[0], resource)
	}
	result, refused := operation(ask, c.Actor)
	if refused != nil {
		return refuseXML(refused, resource)
	}
	return answerXML(name, result, resource)
}

// elbRefusal is an error of the API's: all but HealthUnavailable are 400.
func elbRefusal(code, format string, args ...any) *refusal {
	return refuse(http.StatusBadRequest, code, fmt.Sprintf(format, args...))
}

// id gives out the sixteen hexadecimal digits that end an ARN, the same in every run.
func (e *ELBv2) id() string {
	e.made++
	sum := sha256.Sum256(fmt.Appendf(nil, "elbv2 %d", e.made))
	return hex.EncodeToString(sum[:8])
}

func (e *ELBv2) arn(path ...string) string {
	return "arn:aws:elasticloadbalancing:" + e.region + ":" + e.account + ":" + strings.Join(path, "/")
}

func (e *ELBv2) findListener(arn string) (*listener, *refusal) {
	for _, l := range e.listeners {
		if l.arn == arn {
			return l, nil
		}
	}
	return nil, elbRefusal("ListenerNotFound", "One or more listeners not found")
}

func (e *ELBv2) findGroup(arn string) (*targetGroup, *refusal) {
	for _, g := range e.groups {
		if g.arn == arn {
			return g, nil
		}
	}
	return nil, elbRefusal("TargetGroupNotFound", "Target groups '%s' not found", arn)
}

// defaultARN is the ARN of a listener's default rule.
func (l *listener) defaultARN() string {
	sum := sha256.Sum256([]byte(l.arn))
	return strings.Replace(l.arn, ":listener/", ":listener-rule/", 1) + "/" + hex.EncodeToString(sum[:8])
}

var _ StandIn = (*ELBv2)(nil)
