package infra_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"github.com/serinhq/serin/internal/awstest"
)

// fairWeather is the evidence of a run without fault: on an alias one release is promoted and the next rolled back by its
// alarm, on a rule one is rolled back, and one deployment goes through.
func fairWeather() *scene {
	alias, rule, deploy := &trial{name: "alias", kind: "lambda"}, &trial{name: "rule", kind: "alb"}, &trial{name: "deploy", kind: "ecs", asks: true}
	alias.movers = []mover{aliasMover("alias")}
	rule.movers = []mover{ruleMover(balancer{rule: "rule", blue: "blue", green: "green"})}
	guard := &torment{}
	deploy.movers, deploy.drive, deploy.approves = []mover{guardMover("deploy", continueReady, continueEnd)}, guard.deploymentGoes, continueReady
	alias.rounds = []*round{
		{trial: alias, n: 0, end: endByItself, version: "2", key: "e0", opened: []byte("gate e0"), begun: true},
		{trial: alias, n: 1, end: endAlarm, version: "3", key: "e1", opened: []byte("gate e1"), alarm: []byte("alarm"), begun: true},
	}
	rule.rounds = []*round{{trial: rule, n: 0, end: endRolledBack, key: "e2", opened: []byte("gate e2"), begun: true}}
	deploy.rounds = []*round{{trial: deploy, n: 0, end: endByItself, key: "d-1", opened: []byte("start d-1"), begun: true}}

	s := &scene{evidence: evidence{
		trials: []*trial{alias, rule, deploy}, weights: map[string]float64{"deploy/0": 100}, poison: []string{"poison"}, dead: []string{"poison"},
		table: tortureTable{entries: map[string][]tortureItem{}, outcomes: map[string]bool{"c1": true}}, late: 5 * time.Second, landed: &tolerated{},
	}}
	s.shows("test", "1", "")
	s.ruleShows("test", 90, 0)
	s.send("poison", "gate e0", "gate e1", "alarm", "gate e2", "start d-1", `{"id":"c1","verb":"rollback"}`)

	s.release("alias", "r0", "e0", "promoted", "shifting", "baking", "promoting", "promoted")
	s.deleted("gate e0")
	s.shows("worker-1", "1", "2", 0.1)
	s.shows("worker-2", "1", "2", 0.5)
	s.shows("worker-1", "1", "2", 0.5) // written again
	s.shows("worker-1", "2", "")
	s.answer("e0", "Approved")
	s.settle("r0")

	s.release("alias", "r1", "e1", "rolled_back", "shifting", "baking", "shifting", "rolling_back", "rolled_back")
	s.deleted("gate e1")
	s.shows("worker-1", "2", "3", 0.1)
	s.entry("r1", "rolling_back", "alarm")
	s.deleted("alarm")
	s.shows("worker-1", "2", "3", 0.5) // decided before
	s.shows("worker-3", "2", "")
	s.answer("e1", "Rejected")
	s.settle("r1")

	s.release("rule", "r2", "e2", "rolled_back", "shifting", "baking", "rolling_back", "rolled_back")
	s.deleted("gate e2")
	s.ruleShows("worker-1", 81, 9)
	s.entry("r2", "rolling_back", "rollback_asked")
	s.deleted(`{"id":"c1","verb":"rollback"}`)
	s.ruleShows("worker-2", 90, 0)
	s.ruleShows("worker-1", 81, 9) // decided before, without a fence, and put right
	s.ruleShows("worker-2", 90, 0)
	s.answer("e2", "Rejected")
	s.settle("r2")

	s.release("deploy", "r3", "d-1", "promoted", "gated", "shifting", "promoted")
	s.deleted("start d-1")
	s.entry("r3", "shifting", "approved")
	s.ask("d-1", "deployment-continue", types.DeploymentWaitTypeReadyWait)
	s.ask("d-1", "deployment-continue", types.DeploymentWaitTypeTerminationWait)
	s.settle("r3")
	s.table.slots = []tortureItem{{PK: "CANARY#alias", SK: "ACTIVE"}, {PK: "TARGET#lambda#alias:live", SK: "ACTIVE"}}
	return s
}

// scene is evidence that is made up, a tenth of a second from one thing to the next.
type scene struct {
	evidence
	ticks int
}

func (s *scene) now() time.Time {
	s.ticks++
	return time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC).Add(time.Duration(s.ticks) * 100 * time.Millisecond)
}

func (s *scene) stamp() string { return s.now().Format("2006-01-02T15:04:05.000Z") }

func (s *scene) applied(actor, kind, resource string, state any) {
	s.ledger = append(s.ledger, awstest.Change{N: len(s.ledger) + 1, At: s.now(), Actor: actor, Kind: kind, Resource: resource, State: state})
}

func (s *scene) shows(actor, stable, canary string, weight ...float64) {
	state := awstest.AliasState{FunctionVersion: stable}
	if canary != "" {
		state.Weights = map[string]float64{canary: weight[0]}
	}
	s.applied(actor, "alias", functionARN+"alias:live", state)
}

func (s *scene) ruleShows(actor string, blue, green int) {
	s.applied(actor, "rule", "rule", ruleState(blue, green))
}

func ruleState(blue, green int) awstest.RuleState {
	return awstest.RuleState{Actions: []awstest.RuleAction{{Type: "forward", Forward: &awstest.Forward{
		Groups: []awstest.ForwardGroup{{ARN: "blue", Weight: blue}, {ARN: "green", Weight: green}},
	}}}}
}

func (s *scene) answer(execution, status string) {
	s.applied("worker-1", "approval", "gate", awstest.ApprovalState{Execution: execution, Status: status})
}

// contradicts has a worker give an answer when another has accepted the opposite.
func (s *scene) contradicts(of, asked, accepted string) {
	s.refused = append(s.refused, awstest.Refused{At: s.now(), Actor: "worker-1", Of: of, Asked: asked, Accepted: accepted, By: "worker-2"})
}

func (s *scene) ask(deployment, kind string, wait types.DeploymentWaitType) {
	s.applied("worker-1", kind, guardMover("deploy").resource, awstest.DeploymentState{Deployment: deployment, Wait: wait})
}

func (s *scene) builds(release, id string) {
	s.applied("worker-1", "build-start", id, awstest.BuildState{ID: id, Variables: map[string]string{"SERIN_RELEASE": release}})
}

func (s *scene) send(bodies ...string) {
	for _, body := range bodies {
		s.applied("awstest", "message-sent", "events", awstest.MessageState{Queue: "events", ID: "m-" + body, Body: body})
	}
}

func (s *scene) deleted(body string) {
	s.applied("worker-1", "message-deleted", "events", awstest.MessageState{Queue: "events", ID: "m-" + body, Body: body})
}

// release begins one, whose history goes through these phases; entries of rolling_back come by entry, when they happen.
func (s *scene) release(canary, id, trigger, phase string, phases ...string) {
	item := tortureItem{PK: "CANARY#" + canary, SK: "RELEASE#" + id, Canary: canary, Release: id, Phase: phase, StartedAt: s.stamp()}
	if canary == "deploy" {
		item.Deployment = trigger
	} else {
		item.Execution = trigger
	}
	s.table.releases = append(s.table.releases, item)
	for _, to := range phases {
		if to != "rolling_back" && to != "rolled_back" {
			s.entry(id, to, "x")
		}
	}
}

func (s *scene) entry(release, to, code string) {
	step := 0
	for _, before := range s.table.entries[release] {
		step = before.Step
	}
	if to == "shifting" {
		step++
	}
	s.table.entries[release] = append(s.table.entries[release], tortureItem{PK: "RELEASE#" + release, At: s.stamp(), To: to, Step: step, Code: code})
}

func (s *scene) settle(release string) {
	if i := s.at(release); s.table.releases[i].Phase == "rolled_back" {
		s.entry(release, "rolled_back", "rolled_back")
	}
	s.table.releases[s.at(release)].SettledAt = s.stamp()
}

func (s *scene) at(release string) int {
	return slices.IndexFunc(s.table.releases, func(i tortureItem) bool { return i.Release == release })
}

// change puts another state in the place of the n-th change of a kind, from 0.
func (s *scene) change(kind string, n int, f func(*awstest.Change)) {
	for i := range s.ledger {
		if s.ledger[i].Kind == kind {
			if n == 0 {
				f(&s.ledger[i])
				return
			}
			n--
		}
	}
	panic(fmt.Sprintf("there is no such change of kind %s", kind))
}
