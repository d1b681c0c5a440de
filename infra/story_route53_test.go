package infra_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// domain is a zone with two weighted records of a name.
type domain struct{ zone, name string }

// domain makes it, with a health check on one record and another name beside them.
func (s *stage) domain() domain {
	d := domain{zone: s.names.CreateZone(s.name + ".example"), name: "api." + s.name + ".example"}
	record := func(name, set string, weight int64, value string) {
		r := awstest.WeightedRecord(name, "A", set, weight, value)
		none := int64(0)
		r.TTL = &none // a resolver that keeps nothing, and a test that need not wait for one
		s.names.PutRecord(d.zone, r)
	}
	record(d.name, "blue", 100, "192.0.2.1")
	record(d.name, "green", 0, "192.0.2.2")
	record("www."+s.name+".example", "blue", 9, "192.0.2.3")
	return d
}

// target is the canary file's line.
func (d domain) target() string {
	return fmt.Sprintf(`  - route53: {zone: %s, name: %s, sets: [blue, green], version: "#{Source.CommitId}"}`+"\n", d.zone, d.name)
}

// shares are what green had of the answers, in percent, in order, equal neighbours merged.
func (s *stage) shares(d domain) []string {
	var shown []string
	for _, change := range s.Changes() {
		state, ok := change.State.(awstest.RecordSetState)
		if !ok || state.Zone != d.zone || strings.TrimSuffix(state.Name, ".") != d.name || len(state.Records) != 2 {
			continue
		}
		weights := map[string]int64{}
		for _, r := range state.Records {
			weights[r.SetIdentifier] = *r.Weight
		}
		shown = append(shown, fmt.Sprint(100*float64(weights["green"])/float64(weights["blue"]+weights["green"])))
	}
	return slices.Compact(shown)
}

func (s *stage) wantShares(d domain, want ...string) {
	s.t.Helper()
	if diff := cmp.Diff(want, s.shares(d)); diff != "" {
		s.t.Errorf("green's share of %s (-want +got):\n%s%s", d.name, diff, s.story())
	}
}

// A bake here takes a minute more, for what Route 53 and resolvers keep: a person cuts it short.
func TestRoute53_goesToGreenAndLeavesOtherRecordsAlone(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "dns")
	d := s.domain()
	before := s.names.Records(d.zone, "www.dns.example.", "A")
	s.swap(d.target())
	s.readyWorker("dns-a")
	_, events := s.openGateWith(map[string]map[string]string{"Source": {"CommitId": "c0ffee1"}})
	s.emit(last(events))
	r := s.bakes(s.name, 0, 10)
	s.shows(r.Release)
	s.must("promote", s.name, "--reason", "the resolvers have been seen to follow")
	if r = s.settles(s.name, 0); r.Phase != "promoted" {
		t.Errorf("the release is %s: %s", r.Phase, r.Reason)
	}
	s.wantShares(d, "0", "10", "100")
	if diff := cmp.Diff(before, s.names.Records(d.zone, "www.dns.example.", "A")); diff != "" {
		t.Errorf("another name's record (-before +after):\n%s", diff)
	}
	s.wantAnswers("Approved")
}

func TestRoute53_anAlarmPutsTheRecordsBack(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "dns-back")
	d := s.domain()
	s.swap(d.target())
	s.readyWorker("dns-back-a")
	_, events := s.openGateWith(map[string]map[string]string{"Source": {"CommitId": "c0ffee1"}})
	s.emit(last(events))
	s.bakes(s.name, 0, 10)
	s.emit(s.alarms.SetState(s.name, "ALARM", alarmText))
	if r := s.settles(s.name, 0); r.Phase != "rolled_back" {
		t.Errorf("the release is %s: %s", r.Phase, r.Reason)
	}
	s.wantShares(d, "0", "10", "0")
	s.wantAnswers("Rejected")
}
