package infra_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// edge is a distribution that shows /v1, and its staging distribution that shows /v2. Both send their origin a secret.
type edge struct{ primary, staging, policy string }

const originKey = "X-Origin-Key"

func (s *stage) edge() edge {
	e := edge{primary: s.edges.CreateDistribution(s.name, "/v1", s.name+".example.com")}
	s.edges.SetOriginHeader(e.primary, "site", originKey, mark)
	e.staging = s.edges.CreateStaging(e.primary, "/v2")
	e.policy = s.edges.CreatePolicy(e.primary, e.staging)
	return e
}

// target is the canary file's line.
func (e edge) target() string {
	return fmt.Sprintf(`  - cloudfront: {distribution: %s, staging: %s, version: "#{Source.CommitId}"}`+"\n", e.primary, e.staging)
}

// edgeShares are what viewers got, in order, equal neighbours merged: "/v1 with 10% of /v2".
func (s *stage) edgeShares(e edge) []string {
	var shown []string
	m := edgeMover(e)
	for _, change := range merged(s.Changes(), map[string]mover{m.resource: m}) {
		if change.Resource == m.resource {
			shown = append(shown, m.shows(change))
		}
	}
	return slices.Compact(shown)
}

func TestCloudFront_aPromotionGoesThroughFifteenPercent(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "edge")
	e := s.edge()
	s.swap(e.target())
	s.readyWorker("edge-a")
	_, events := s.openGateWith(map[string]map[string]string{"Source": {"CommitId": "c0ffee1"}})
	s.emit(last(events))
	if r := s.settles(s.name, 0); r.Phase != "promoted" {
		t.Errorf("the release is %s: %s", r.Phase, r.Reason)
	}
	if diff := cmp.Diff([]string{"/v1", "/v1 with 10% of /v2", "/v1 with 15% of /v2", "/v2"}, s.edgeShares(e)); diff != "" {
		t.Errorf("what viewers got (-want +got):\n%s%s", diff, s.story())
	}
	if s.edges.Policy(e.policy).Enabled {
		t.Error("the policy is still enabled")
	}
	s.wantAnswers("Approved")
}

func TestCloudFront_anAlarmAfterThePromotionPutsTheOldConfigurationBack(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "edge-back")
	e := s.edge()
	before := s.edges.Distribution(e.primary)
	s.whole(e.target(), "30s")
	s.readyWorker("edge-back-a")
	_, events := s.openGateWith(map[string]map[string]string{"Source": {"CommitId": "c0ffee1"}})
	s.emit(last(events))
	s.bakes(s.name, 0, 100)
	s.emit(s.alarms.SetState(s.name, "ALARM", alarmText))
	r := s.settles(s.name, 0)
	if r.Phase != "rolled_back" {
		t.Errorf("the release is %s: %s", r.Phase, r.Reason)
	}
	if diff := cmp.Diff([]string{"/v1", "/v2", "/v1"}, s.edgeShares(e)); diff != "" {
		t.Errorf("what viewers got (-want +got):\n%s%s", diff, s.story())
	}
	after := s.edges.Distribution(e.primary)
	before.ETag, after.ETag = "", ""
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("the primary distribution (-before +after):\n%s", diff)
	}
	s.shows(r.Release)
	s.wantAnswers("Rejected")
}
