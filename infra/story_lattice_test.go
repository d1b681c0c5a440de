package infra_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// mesh is a VPC Lattice rule, or a listener's default action, whose blue group has all of the pair's traffic beside a third
// group's.
type mesh struct{ arn, blue, green, third string }

// mesh makes a service with a rule, or only its listener.
func (s *stage) mesh(name string, rule bool) mesh {
	group := func(color string) string { return s.lattice.CreateTargetGroup(name+"-"+color, "10.0.0.1", "10.0.0.2") }
	m := mesh{blue: group("blue"), green: group("green"), third: group("third")}
	shares := []awstest.LatticeShare{{Group: m.third, Weight: 10}, {Group: m.blue, Weight: 200}, {Group: m.green, Weight: 0}}
	if m.arn = s.lattice.CreateListener(name, shares...); rule {
		m.arn = s.lattice.CreateRule(m.arn, "/pay", shares...)
	}
	return m
}

// target is the canary file's line.
func (m mesh) target() string {
	const group = "arn:aws:vpc-lattice:" + awstest.Region + ":" + awstest.Account + ":targetgroup/"
	key := map[bool]string{true: "rule", false: "listener"}[strings.Contains(m.arn, "/rule/")]
	return fmt.Sprintf(`  - lattice: {%s: "%s", groups: ["%s", "%s"], version: "#{Source.CommitId}"}`+"\n", key, m.arn, group+m.blue, group+m.green)
}

// meshWeights are what the groups had, in order, equal neighbours merged: "third 10 blue 200 green 0".
func (s *stage) meshWeights(m mesh) []string {
	name := map[string]string{m.blue: "blue", m.green: "green", m.third: "third"}
	var shown []string
	for _, change := range s.Changes() {
		state, ok := change.State.(awstest.LatticeState)
		if !ok || change.Resource != m.arn {
			continue
		}
		var text []string
		for _, share := range state.Groups {
			text = append(text, fmt.Sprint(name[share.Group], " ", share.Weight))
		}
		shown = append(shown, strings.Join(text, " "))
	}
	return slices.Compact(shown)
}

func (s *stage) wantMesh(m mesh, want ...string) {
	s.t.Helper()
	if diff := cmp.Diff(want, s.meshWeights(m)); diff != "" {
		s.t.Errorf("weights of %s (-want +got):\n%s%s", m.arn, diff, s.story())
	}
}

func TestLattice_aRuleAndAListenerGoToGreenInLockStep(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "mesh")
	rule, listener := s.mesh("mesh-1", true), s.mesh("mesh-2", false)
	s.swap(rule.target() + listener.target())
	s.readyWorker("mesh-a")
	_, events := s.openGateWith(map[string]map[string]string{"Source": {"CommitId": "c0ffee1"}})
	s.emit(last(events))
	r := s.settles(s.name, 0)
	if r.Phase != "promoted" {
		t.Errorf("the release is %s: %s", r.Phase, r.Reason)
	}
	for _, m := range []mesh{rule, listener} {
		s.wantMesh(m, "third 10 blue 200 green 0", "third 10 blue 180 green 20", "third 10 blue 100 green 100", "third 10 blue 0 green 200")
	}
	s.shows(r.Release)
	s.wantAnswers("Approved")
}

func TestLattice_anAlarmPutsTheRuleBack(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "mesh-back")
	m := s.mesh(s.name, true)
	s.swapLong(m.target())
	s.readyWorker("mesh-back-a")
	_, events := s.openGateWith(map[string]map[string]string{"Source": {"CommitId": "c0ffee1"}})
	s.emit(last(events))
	s.bakes(s.name, 0, 50)
	s.emit(s.alarms.SetState(s.name, "ALARM", alarmText))
	if r := s.settles(s.name, 0); r.Phase != "rolled_back" {
		t.Errorf("the release is %s: %s", r.Phase, r.Reason)
	}
	s.wantMesh(m, "third 10 blue 200 green 0", "third 10 blue 180 green 20", "third 10 blue 100 green 100", "third 10 blue 200 green 0")
	s.wantAnswers("Rejected")
}
