package awstest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Lattice answers Amazon VPC Lattice for the listeners, rules and target groups of services (AWS note 3.12). moto can
// neither read nor update a rule (AWS note 8).
//
// It has no requests to balance and no health checks: targets are in the state the test gives them.
type Lattice struct {
	account, region string
	ledger          *Ledger
	clock           func() time.Time

	mu       sync.Mutex
	services []*latticeService
	groups   []*latticeGroup
	refusals map[string][]*refusal // by operation
	made     int
}

type latticeService struct {
	id        string
	listeners []*latticeListener
}

// latticeListener holds what its default rule shows: both are one.
type latticeListener struct {
	id, name, arn string
	service       *latticeService
	state         LatticeState
	rules         []*latticeRule
	updatedAt     time.Time
}

type latticeRule struct {
	id, name, arn string
	priority      int
	state         LatticeState
	updatedAt     time.Time
}

type latticeGroup struct {
	id, name string
	targets  []LatticeTarget
}

var _ StandIn = (*Lattice)(nil)

// NewLattice returns the VPC Lattice of one account and region, without services. A nil clock means time.Now.
func NewLattice(account, region string, ledger *Ledger, clock func() time.Time) *Lattice {
	if clock == nil {
		clock = time.Now
	}
	return &Lattice{account: account, region: region, ledger: ledger, clock: clock, refusals: map[string][]*refusal{}}
}

// Service is the signing name.
func (*Lattice) Service() string { return "vpc-lattice" }

// Operation names the operation by method and path.
func (*Lattice) Operation(r *http.Request, _ []byte) string { return readLatticePath(r).operation }

// latticeRequest is what method and path of a call say.
type latticeRequest struct {
	operation string
	ids       []string // as the caller named them, in the order of the path: ids or ARNs
	body      []byte
	actor     string
	query     url.Values
}

// readLatticePath names the operation by method and path: every second part of the path is an identifier.
func readLatticePath(r *http.Request) latticeRequest {
	req := latticeRequest{query: r.URL.Query()}
	parts := strings.Split(strings.Trim(r.URL.EscapedPath(), "/"), "/")
	for i := 1; i < len(parts); i += 2 {
		id, err := url.PathUnescape(parts[i])
		if err != nil {
			return req
		}
		req.ids, parts[i] = append(req.ids, id[strings.LastIndex(id, "/")+1:]), "*"
	}
	req.operation = map[string]string{
		"GET services/*/listeners/*":           "GetListener",
		"PATCH services/*/listeners/*":         "UpdateListener",
		"GET services/*/listeners/*/rules":     "ListRules",
		"GET services/*/listeners/*/rules/*":   "GetRule",
		"PATCH services/*/listeners/*/rules/*": "UpdateRule",
		"GET targetgroups/*":                   "GetTargetGroup",
		"POST targetgroups/*/listtargets":      "ListTargets",
	}[r.Method+" "+strings.Join(parts, "/")]
	return req
}

// Serve applies the call.
func (l *Lattice) Serve(c Call) Answer {
	if c.Region != l.region { // nothing of ours is there
		l = NewLattice(l.account, c.Region, l.ledger, l.clock)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	req := readLatticePath(c.Request)
	req.actor, req.body = c.Actor, c.Body
	serve := map[string]func(latticeRequest) restReply{
		"GetListener": l.getListener, "UpdateListener": l.updateListener, "ListRules": l.listRules, "GetRule": l.getRule,
		"UpdateRule": l.updateRule, "GetTargetGroup": l.getTargetGroup, "ListTargets": l.listTargets,
	}[req.operation]
	if serve == nil {
		return restReply{refused: refuse(http.StatusNotFound, "UnknownOperationException", "")}.answer("*")
	}
	resource := l.resource(req)
	if waiting := l.refusals[req.operation]; len(waiting) > 0 {
		l.refusals[req.operation] = waiting[1:]
		return restReply{refused: waiting[0]}.answer(resource)
	}
	return serve(req).answer(resource)
}

// resource is what IAM checks: the listener, the rule or the target group (AWS note 3.12).
func (l *Lattice) resource(req latticeRequest) string {
	if len(req.ids) == 1 {
		return l.arn("targetgroup", req.ids[0])
	}
	path := []string{"service", req.ids[0], "listener", req.ids[1]}
	if len(req.ids) == 3 {
		path = append(path, "rule", req.ids[2])
	}
	return l.arn(path...)
}

func (l *Lattice) arn(path ...string) string {
	return "arn:aws:vpc-lattice:" + l.region + ":" + l.account + ":" + strings.Join(path, "/")
}

// id gives out an identifier with its prefix and seventeen hexadecimal digits, the same in every run.
func (l *Lattice) id(prefix string) string {
	l.made++
	sum := sha256.Sum256(fmt.Appendf(nil, "lattice %d", l.made))
	return prefix + "-" + hex.EncodeToString(sum[:])[:17]
}

// listener finds a listener of a service.
func (l *Lattice) listener(req latticeRequest) (*latticeListener, *refusal) {
	for _, s := range l.services {
		if s.id != req.ids[0] {
			continue
		}
		for _, of := range s.listeners {
			if of.id == req.ids[1] {
				return of, nil
			}
		}
		return nil, latticeNotFound("Listener " + req.ids[1])
	}
	return nil, latticeNotFound("Service " + req.ids[0])
}

// rule finds a rule of a listener; nil means the listener's default rule.
func (l *Lattice) rule(req latticeRequest) (*latticeListener, *latticeRule, *refusal) {
	of, refused := l.listener(req)
	if refused != nil {
		return nil, nil, refused
	}
	for _, r := range of.rules {
		if r.id == req.ids[2] {
			return of, r, nil
		}
	}
	if of.defaultRule() == req.ids[2] {
		return of, nil, nil
	}
	return nil, nil, latticeNotFound("Rule " + req.ids[2])
}

// defaultRule is the id of a listener's default rule.
func (of *latticeListener) defaultRule() string {
	return "rule-" + strings.TrimPrefix(of.id, "listener-")
}

func latticeNotFound(what string) *refusal {
	return refuse(http.StatusNotFound, "ResourceNotFoundException", what+" not found")
}

func latticeInvalid(message string) *refusal {
	return refuse(http.StatusBadRequest, "ValidationException", message)
}
