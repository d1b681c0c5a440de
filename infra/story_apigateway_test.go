package infra_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// restTarget is the canary file's line.
func restTarget(api string) string {
	return fmt.Sprintf(`  - apigateway: {api: %q, stage: prod, version: "#{Source.CommitId}"}`+"\n", api)
}

// stageShares are what the stage of a REST API showed, in order, equal neighbours merged: "v1 with 10% of v2", by what the
// definition was when each was deployed.
func (s *stage) stageShares(api string) []string {
	var shown []string
	for _, change := range s.Changes() {
		state, ok := change.State.(awstest.StageState)
		if !ok || !strings.Contains(change.Resource, "/restapis/"+api+"/") {
			continue
		}
		shown = append(shown, stageShows(s.gateway, api, state))
	}
	return slices.Compact(shown)
}

// stageShows is what a stage shows.
func stageShows(gateway *awstest.APIGateway, api string, state awstest.StageState) string {
	text := gateway.Deployed(api, state.DeploymentID)
	if state.Canary != nil {
		text += fmt.Sprintf(" with %g%% of %s", state.Canary.PercentTraffic, gateway.Deployed(api, state.Canary.DeploymentID))
	}
	return text
}

func TestAPIGateway_twoReleasesDeployWhatThePipelinePut(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "rest")
	api := s.gateway.CreateRestAPI(s.name, "v1")
	s.gateway.CreateStage(api, "prod", map[string]string{"table": "orders"})
	s.swap(restTarget(api))
	s.readyWorker("rest-a")
	for i, definition := range []string{"v2", "v3"} {
		s.gateway.PutDefinition(api, definition)
		_, events := s.openGateWith(map[string]map[string]string{"Source": {"CommitId": "c0ffee" + definition}})
		s.emit(last(events))
		if r := s.settles(s.name, i); r.Phase != "promoted" {
			t.Errorf("release %d is %s: %s", i, r.Phase, r.Reason)
		}
	}
	want := []string{"v1", "v1 with 10% of v2", "v1 with 50% of v2", "v2", "v2 with 10% of v3", "v2 with 50% of v3", "v3"}
	if diff := cmp.Diff(want, s.stageShares(api)); diff != "" {
		t.Errorf("the stage (-want +got):\n%s%s", diff, s.story())
	}
	if made := s.gateway.Deployments(api); len(made) != 3 {
		t.Errorf("deployments %v, want one a release", made)
	}
	if now := s.gateway.Stage(api, "prod"); now.Canary != nil || now.Variables["table"] != "orders" {
		t.Errorf("the stage is %+v", now)
	}
	s.wantAnswers("Approved", "Approved")
}

func TestAPIGateway_anAlarmTakesTheCanaryAway(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "rest-back")
	api := s.gateway.CreateRestAPI(s.name, "v1")
	s.gateway.CreateStage(api, "prod", nil)
	before := s.gateway.Stage(api, "prod")
	s.swapLong(restTarget(api))
	s.readyWorker("rest-back-a")
	s.gateway.PutDefinition(api, "v2")
	_, events := s.openGateWith(map[string]map[string]string{"Source": {"CommitId": "c0ffee1"}})
	s.emit(last(events))
	s.bakes(s.name, 0, 50)
	s.emit(s.alarms.SetState(s.name, "ALARM", alarmText))
	r := s.settles(s.name, 0)
	if r.Phase != "rolled_back" {
		t.Errorf("the release is %s: %s", r.Phase, r.Reason)
	}
	if diff := cmp.Diff([]string{"v1", "v1 with 10% of v2", "v1 with 50% of v2", "v1"}, s.stageShares(api)); diff != "" {
		t.Errorf("the stage (-want +got):\n%s%s", diff, s.story())
	}
	if diff := cmp.Diff(before, s.gateway.Stage(api, "prod")); diff != "" {
		t.Errorf("the stage (-before +after):\n%s", diff)
	}
	s.shows(r.Release)
	s.wantAnswers("Rejected")
}
