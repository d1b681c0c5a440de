package infra_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

const wholeFile = `schema: 1
name: NAME
trigger:
  pipeline: {name: NAME, stage: Canary, action: Gate}
targets:
TARGETSsteps:
  - {weight: 100, bake: BAKE}
alarms: [NAME]
deadline: 3m
`

// whole has one step, all at once.
func (s *stage) whole(targets, bake string) {
	s.t.Helper()
	s.swaps(strings.Replace(wholeFile, "BAKE", bake, 1), targets)
}

// httpStage makes an HTTP API with a stage, and a deployment that the stage does not show yet.
func (s *stage) httpStage() (api, old, fresh, target string) {
	api = s.gateway.CreateHTTPAPI(s.name, "v1")
	old = s.gateway.CreateHTTPStage(api, "prod", false)
	s.gateway.PutDefinition(api, "v2")
	fresh = s.gateway.Deploy(api, "")
	return api, old, fresh, fmt.Sprintf(`  - httpapi: {api: %q, stage: prod, version: "#{Deploy.DeploymentId}"}`+"\n", api)
}

// httpDeployments are what the stage of an HTTP API showed, in order, equal neighbours merged.
func (s *stage) httpDeployments(api string) []string {
	var shown []string
	for _, change := range s.Changes() {
		if state, ok := change.State.(awstest.HTTPStageState); ok && strings.Contains(change.Resource, "/apis/"+api+"/") {
			shown = append(shown, state.DeploymentID)
		}
	}
	return slices.Compact(shown)
}

func TestHTTPAPI_theStageShowsTheNewDeploymentAtOnce(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "http")
	api, old, fresh, target := s.httpStage()
	s.whole(target, "1s")
	s.readyWorker("http-a")
	_, events := s.openGateWith(map[string]map[string]string{"Deploy": {"DeploymentId": fresh}})
	s.emit(last(events))
	if r := s.settles(s.name, 0); r.Phase != "promoted" {
		t.Errorf("the release is %s: %s", r.Phase, r.Reason)
	}
	if diff := cmp.Diff([]string{old, fresh}, s.httpDeployments(api)); diff != "" {
		t.Errorf("the stage (-want +got):\n%s%s", diff, s.story())
	}
	s.wantAnswers("Approved")
}

func TestHTTPAPI_anAlarmShowsTheOldDeploymentAgain(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "http-back")
	api, old, fresh, target := s.httpStage()
	s.whole(target, "30s")
	s.readyWorker("http-back-a")
	_, events := s.openGateWith(map[string]map[string]string{"Deploy": {"DeploymentId": fresh}})
	s.emit(last(events))
	s.bakes(s.name, 0, 100)
	s.emit(s.alarms.SetState(s.name, "ALARM", alarmText))
	r := s.settles(s.name, 0)
	if r.Phase != "rolled_back" {
		t.Errorf("the release is %s: %s", r.Phase, r.Reason)
	}
	if diff := cmp.Diff([]string{old, fresh, old}, s.httpDeployments(api)); diff != "" {
		t.Errorf("the stage (-want +got):\n%s%s", diff, s.story())
	}
	s.shows(r.Release)
	s.wantAnswers("Rejected")
}
