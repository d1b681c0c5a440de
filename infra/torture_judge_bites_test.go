package infra_test

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"github.com/serinhq/serin/internal/awstest"
)

// drop takes the n-th change of a kind, from 0, out of the ledger.
func drop(kind string, n int) func(*scene) {
	return func(s *scene) {
		s.change(kind, n, func(c *awstest.Change) { c.Kind, c.Resource, c.State = "dropped", "", nil })
	}
}

func TestTortureJudge_findsNothingInFairWeather(t *testing.T) {
	s := fairWeather()
	for c, texts := range s.judge() {
		t.Errorf("%s: %q", c, texts)
	}
	if want := (tolerated{n: 2, fenced: 1, latest: 300 * time.Millisecond}); *s.landed != want {
		t.Errorf("it tolerates %+v, want %+v", *s.landed, want)
	}
}

// The ledger may have a message's end before its beginning, since who sends it hears of that later than who receives it.
func TestTortureJudge_doesNotMissAMessageThatWasDeletedBeforeItWasNoted(t *testing.T) {
	s := fairWeather()
	s.deleted("quick")
	s.send("quick")
	if found := s.judge()[countMessage]; len(found) > 0 {
		t.Errorf("it counts %q", found)
	}
}

// When the failure was in the table is what counts, and not when it was decided.
func TestTortureJudge_countsFromWhenTheFailureWasInTheTable(t *testing.T) {
	s := fairWeather()
	s.recorded = map[string]time.Time{"r1": s.ledger[len(s.ledger)-1].At, "r2": s.ledger[len(s.ledger)-1].At}
	if found := s.judge()[countForward]; len(found) > 0 || s.landed.n > 0 {
		t.Errorf("%q, tolerated %+v, when nothing came after the record", found, *s.landed)
	}
}

func TestTortureFailures_areReadInTheCallThatRecordsThem(t *testing.T) {
	const body = `{"TransactItems":[{"Update":{"Key":{"pk":{"S":"CANARY#t"}},"ExpressionAttributeValues":{":0":{"S":"rolling_back"}}}},
		{"Put":{"Item":{"pk":{"S":"RELEASE#r1"},"sk":{"S":"0000000007"},"to":{"S":"rolling_back"},"step":{"N":"2"},"all":{"L":[{"S":"x"}]}}}},
		{"Put":{"Item":{"pk":{"S":"RELEASE#r2"},"to":{"S":"shifting"},"from":{"S":"rolling_back"}}}}]}`
	call := awstest.Call{Operation: "TransactWriteItems", Status: 200, Body: []byte(body)}
	if got := failuresIn(call); !slices.Equal(got, []string{"r1"}) {
		t.Errorf("it records the failures of %q", got)
	}
	call.Status = 400
	if got := failuresIn(call); got != nil {
		t.Errorf("one that was refused records the failures of %q", got)
	}
}

func TestTortureJudge_countsEveryKindOfViolation(t *testing.T) {
	aliasState := func(n int, stable, canary string, weight float64) func(*scene) {
		return func(s *scene) {
			s.change("alias", n, func(c *awstest.Change) {
				c.State = awstest.AliasState{FunctionVersion: stable, Weights: map[string]float64{canary: weight}}
			})
		}
	}
	for _, tc := range []struct {
		name  string
		plant func(s *scene)
		want  count
	}{
		{"a trigger without a release", func(s *scene) { s.table.releases = s.table.releases[:2] }, countLost},
		{"a trigger with two", func(s *scene) { s.table.releases = append(s.table.releases, s.table.releases[0]) }, countLost},
		{"a release nobody asked for", func(s *scene) { s.release("alias", "r9", "e9", "promoted"); s.settle("r9") }, countLost},
		{"a trigger that was never pulled", func(s *scene) { s.trials[0].rounds[1].begun = false }, countLost},
		{"a release that has not settled", func(s *scene) { s.table.releases[0].SettledAt = "" }, countStuck},
		{"one that still has a wake", func(s *scene) { s.table.releases[0].WakeAt = "2026" }, countStuck},
		{"one that asks for attention", func(s *scene) { s.table.releases[0].Attention = "stuck" }, countStuck},
		{"a slot that is held", func(s *scene) { s.table.slots[0].Active = "r1" }, countStuck},
		{"a target that is held", func(s *scene) { s.table.slots[1].Release = "r1" }, countStuck},
		{"a release that was not promoted", func(s *scene) { s.table.releases[0].Phase = "rolled_back" }, countWrong},
		{"a promoted alias that kept the old version", drop("alias", 4), countWrong},
		{"a restore that never happened", drop("alias", 7), countWrong},
		{"a deployment left half way", func(s *scene) { s.weights["deploy/0"] = 10 }, countWrong},
		{"a weight that no step has", aliasState(1, "1", "2", 0.2), countOffPlan},
		{"a step left out", drop("alias", 1), countOffPlan},
		{"a step taken twice", aliasState(3, "1", "2", 0.1), countOffPlan},
		{"a version that nobody released", aliasState(2, "1", "9", 0.5), countOffPlan},
		{"a move after everything had settled", func(s *scene) { s.shows("worker-1", "2", "3", 0.1) }, countOffPlan},
		{"a deployment not told to go on", drop("deployment-continue", 1), countOffPlan},
		{"a forward write on a fenced target after its restore", func(s *scene) {
			at := s.ledger[0]
			for _, c := range s.ledger {
				if c.Kind == "alias" {
					at = c
				}
			}
			at.At, at.State = at.At.Add(time.Millisecond), awstest.AliasState{FunctionVersion: "2", Weights: map[string]float64{"3": 0.1}}
			back := at
			back.At, back.State = at.At.Add(time.Millisecond), awstest.AliasState{FunctionVersion: "2"}
			s.ledger = append(s.ledger, at, back)
		}, countForward},
		{"a forward write long after the failure", func(s *scene) { s.late = 50 * time.Millisecond }, countForward},
		{"one long after it was in the table", func(s *scene) { s.recorded = map[string]time.Time{"r2": s.ledger[0].At.Add(-s.late)} }, countForward},
		{"one of a step that had not been ordered", func(s *scene) { s.table.entries["r1"][2].Step = 1 }, countForward},
		{"one without a fence of a step that had not been ordered", func(s *scene) {
			s.change("rule", 3, func(c *awstest.Change) { c.State = ruleState(45, 45) })
		}, countForward},
		{"one on a fenced target when nothing had been ordered", func(s *scene) {
			of := s.table.entries["r1"]
			of[1], of[2] = of[2], of[1]
		}, countForward},
		{"a history that goes on after a failure", func(s *scene) { s.entry("r1", "baking", "bake_started") }, countForward},
		{"a gate answered twice", func(s *scene) { s.answer("e0", "Approved") }, countGate},
		{"an approval of a gate that we had rejected", func(s *scene) { s.contradicts("e1", "Approved", "Rejected") }, countGate},
		{"a rejection of a gate that we had approved", func(s *scene) { s.contradicts("e0", "Rejected", "Approved") }, countGate},
		{"a stop of a deployment that went through", func(s *scene) { s.contradicts("d-1", "stop", "continue") }, countGate},
		{"a gate answered wrongly", func(s *scene) {
			s.change("approval", 0, func(c *awstest.Change) { c.State = awstest.ApprovalState{Execution: "e0", Status: "Rejected"} })
		}, countGate},
		{"a gate left open", drop("approval", 1), countGate},
		{"a build begun twice", func(s *scene) { s.builds("r0", "b-1"); s.builds("r0", "b-2") }, countGate},
		{"a check that must fail, and was never begun", func(s *scene) { s.trials[0].rounds[1].end = endCheckFailed }, countGate},
		{"a weight behind a check that failed", func(s *scene) {
			s.trials[0].rounds[1].end = endCheckFailed
			s.builds("r1", "b-1")
		}, countOffPlan},
		{"an approval recorded twice", func(s *scene) { s.entry("r0", "shifting", "approved"); s.entry("r0", "shifting", "approved") }, countGate},
		{"a deployment continued twice", func(s *scene) {
			s.ask("d-1", "deployment-continue", types.DeploymentWaitTypeReadyWait)
		}, countGate},
		{"a deployment continued before a person said so", func(s *scene) { s.table.entries["r3"] = nil }, countGate},
		{"a trigger deleted before its release was saved", func(s *scene) { s.table.releases[0].StartedAt = s.stamp() }, countMessage},
		{"an alarm deleted before its failure was saved", func(s *scene) {
			s.change("message-deleted", 2, func(c *awstest.Change) { c.At = c.At.Add(-time.Second) })
		}, countMessage},
		{"an alarm deleted when its failure was decided, and not yet saved", func(s *scene) {
			s.recorded = map[string]time.Time{"r1": moment(s.table.entries["r1"][3].At).Add(time.Second)}
		}, countMessage},
		{"a message that is nowhere", drop("message-deleted", 1), countMessage},
		{"a command without an outcome", func(s *scene) { s.table.outcomes = nil }, countMessage},
		{"a message deleted that nobody can read", func(s *scene) { s.deleted("poison") }, countMessage},
		{"a message that cannot be read, and is nowhere", func(s *scene) { s.dead = nil }, countMessage},
		{"a dead letter that could have been read", func(s *scene) { s.dead = append(s.dead, "gate e0") }, countDeadOnes},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := fairWeather()
			tc.plant(s)
			if found := s.judge(); len(found[tc.want]) == 0 {
				t.Errorf("it counts no %s, but %v", tc.want, found)
			}
		})
	}
}
