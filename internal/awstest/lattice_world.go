package awstest

import (
	"net/http"
	"slices"
	"strconv"
)

// LatticeTarget is a target of a target group. State is one of the API's: HEALTHY, UNHEALTHY, INITIAL, DRAINING,
// UNAVAILABLE, UNUSED.
type LatticeTarget struct {
	ID    string `json:"id"`
	Port  int    `json:"port"`
	State string `json:"status"`
}

// The methods of this file are the test's side of VPC Lattice. They panic on an ARN the test never made, and on a state
// AWS would refuse.

// CreateTargetGroup makes a target group with these targets, all HEALTHY, and returns its id.
func (l *Lattice) CreateTargetGroup(name string, targets ...string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	g := &latticeGroup{id: l.id("tg"), name: name}
	for _, id := range targets {
		g.targets = append(g.targets, LatticeTarget{ID: id, Port: 8080, State: "HEALTHY"})
	}
	l.groups = append(l.groups, g)
	return g.id
}

// SetTarget changes a target's state.
func (l *Lattice) SetTarget(group, id, state string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.group(group)
	at := slices.IndexFunc(g.targets, func(t LatticeTarget) bool { return t.ID == id })
	g.targets[at].State = state
}

// CreateListener makes a service with one listener that forwards to these groups, and returns the listener's ARN.
func (l *Lattice) CreateListener(service string, shares ...LatticeShare) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := &latticeService{id: l.id("svc")}
	of := &latticeListener{id: l.id("listener"), name: service, service: s}
	of.arn = l.arn("service", s.id, "listener", of.id)
	s.listeners, l.services = append(s.listeners, of), append(l.services, s)
	l.setListener(SetupActor, of, l.mustShare(shares))
	return of.arn
}

// CreateRule gives a listener a rule for a path, of the next priority, and returns its ARN.
func (l *Lattice) CreateRule(listener, path string, shares ...LatticeShare) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	of, _ := l.mustFind(listener)
	r := &latticeRule{id: l.id("rule"), priority: len(of.rules) + 1}
	r.name, r.arn = "rule-"+strconv.Itoa(r.priority), of.arn+"/rule/"+r.id
	of.rules = append(of.rules, r)
	want := l.mustShare(shares)
	want.Match = `{"httpMatch":{"pathMatch":{"match":{"prefix":` + strconv.Quote(path) + `}}}}`
	l.setRule(SetupActor, r, want)
	return r.arn
}

// Rule returns what a rule, or a listener by its own ARN, really does.
func (l *Lattice) Rule(arn string) LatticeState {
	l.mu.Lock()
	defer l.mu.Unlock()
	of, r := l.mustFind(arn)
	if r == nil {
		return of.state.clone()
	}
	return r.state.clone()
}

// SetRule is a foreign writer: it gives a rule, or a listener by its own ARN, these shares.
func (l *Lattice) SetRule(arn string, shares ...LatticeShare) {
	l.mu.Lock()
	defer l.mu.Unlock()
	of, r := l.mustFind(arn)
	want := l.mustShare(shares)
	if r == nil {
		l.setListener(ForeignActor, of, want)
		return
	}
	want.Match = r.state.Match
	l.setRule(ForeignActor, r, want)
}

// DeleteRule takes a rule away: calls on it answer ResourceNotFoundException from now on.
func (l *Lattice) DeleteRule(arn string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	of, gone := l.mustFind(arn)
	of.rules = slices.DeleteFunc(of.rules, func(r *latticeRule) bool { return r == gone })
}

// Refuse answers the next call of an operation with one of its documented errors: Refuse("UpdateRule",
// "ConflictException"). Several wait in line.
func (l *Lattice) Refuse(operation, code string) {
	status := map[string]int{
		"ConflictException": http.StatusConflict, "ThrottlingException": http.StatusTooManyRequests,
		"ServiceQuotaExceededException": http.StatusPaymentRequired, "InternalServerException": http.StatusInternalServerError,
		"AccessDeniedException": http.StatusForbidden, "ValidationException": http.StatusBadRequest,
	}[code]
	if status == 0 {
		panic("awstest: vpc-lattice has no error " + code)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refusals[operation] = append(l.refusals[operation], refuse(status, code, "as ordered by the test"))
}

func (l *Lattice) setListener(actor string, of *latticeListener, want LatticeState) {
	of.state, of.updatedAt = want, l.clock()
	l.ledger.Append(actor, "listener", of.arn, want.clone())
}

func (l *Lattice) setRule(actor string, r *latticeRule, want LatticeState) {
	r.state, r.updatedAt = want, l.clock()
	l.ledger.Append(actor, "rule", r.arn, want.clone())
}

func (l *Lattice) mustShare(shares []LatticeShare) LatticeState {
	forward := &latticeForward{}
	for _, s := range shares {
		forward.TargetGroups = append(forward.TargetGroups, latticeTuple{TargetGroupIdentifier: s.Group, Weight: &s.Weight})
	}
	state, refused := l.action(&latticeAction{Forward: forward})
	if refused != nil {
		panic("awstest: " + refused.code + ": " + refused.message)
	}
	return state
}

// mustFind finds a listener, or a rule and its listener, by ARN.
func (l *Lattice) mustFind(arn string) (*latticeListener, *latticeRule) {
	for _, s := range l.services {
		for _, of := range s.listeners {
			if of.arn == arn {
				return of, nil
			}
			for _, r := range of.rules {
				if r.arn == arn {
					return of, r
				}
			}
		}
	}
	panic("awstest: no listener or rule " + arn)
}

func (l *Lattice) getTargetGroup(req latticeRequest) restReply {
	g := l.group(req.ids[0])
	if g == nil {
		return restReply{refused: latticeNotFound("Target group " + req.ids[0])}
	}
	return restReply{body: map[string]any{
		"arn": l.arn("targetgroup", g.id), "id": g.id, "name": g.name, "status": "ACTIVE", "type": "IP",
	}}
}

// listTargets tells the targets of a group and their health.
func (l *Lattice) listTargets(req latticeRequest) restReply {
	g := l.group(req.ids[0])
	if g == nil {
		return restReply{refused: latticeNotFound("Target group " + req.ids[0])}
	}
	return latticePage(req, slices.Clone(g.targets))
}
