package target_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/internal/target"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// mesh is a VPC Lattice service whose rule, or whose listener's default action, is the target.
type mesh struct {
	world            *awstest.World
	lattice          *awstest.Lattice
	arn              string
	blue, green, red string // ARNs
	target           worker.Target
}

const latticeARN = "arn:aws:vpc-lattice:us-east-1:123456789012:"

// meshSetting says how a mesh is furnished.
type meshSetting struct {
	listener bool
	capacity int
	shares   func(m mesh) []awstest.LatticeShare // nil means all on blue
}

func openMesh(t *testing.T, set meshSetting) mesh {
	t.Helper()
	m := mesh{world: awstest.Start(t, awstest.WithoutEngines())}
	m.lattice = awstest.NewLattice(awstest.Account, awstest.Region, m.world.Ledger(), m.world.Clock())
	m.world.Register(m.lattice)
	m.blue = latticeARN + "targetgroup/" + m.lattice.CreateTargetGroup("blue", "10.0.0.1", "10.0.0.2")
	m.green = latticeARN + "targetgroup/" + m.lattice.CreateTargetGroup("green", "10.0.1.1", "10.0.1.2")
	m.red = latticeARN + "targetgroup/" + m.lattice.CreateTargetGroup("red", "10.0.2.1")
	shares := []awstest.LatticeShare{part(m.blue, 100)}
	if set.shares != nil {
		shares = set.shares(m)
	}
	config := target.LatticeConfig{Groups: [2]string{m.blue, m.green}, CapacityPct: set.capacity}
	if set.listener {
		m.arn = m.lattice.CreateListener("shop", shares...)
		config.Listener = m.arn
	} else {
		m.arn = m.lattice.CreateRule(m.lattice.CreateListener("shop", part(m.red, 1)), "/pay", shares...)
		config.Rule = m.arn
	}
	m.target = openTarget(t, clients{m.world}, "lattice", config)
	return m
}

func part(group string, weight int) awstest.LatticeShare {
	return awstest.LatticeShare{Group: group[strings.LastIndexByte(group, '/')+1:], Weight: weight}
}

// besideRed is a pair whose third group has traffic of its own.
func besideRed(m mesh) []awstest.LatticeShare {
	return []awstest.LatticeShare{part(m.red, 10), part(m.blue, 200), part(m.green, 0)}
}

// weights are what the groups have in the world, by ARN.
func (m mesh) weights() map[string]int {
	all := map[string]int{}
	for _, share := range m.lattice.Rule(m.arn).Groups {
		all[latticeARN+"targetgroup/"+share.Group] = share.Weight
	}
	return all
}

// shows is the split in the world, read without the adapter.
func (m mesh) shows() statemachine.Split {
	w := m.weights()
	green, attached := w[m.green]
	switch {
	case w[m.blue] == 0:
		split := statemachine.Split{Stable: m.green}
		if _, attached := w[m.blue]; attached {
			split.Canary = m.blue
		}
		return split
	case !attached:
		return statemachine.Split{Stable: m.blue}
	}
	return statemachine.Split{Stable: m.blue, Canary: m.green, WeightPct: statemachine.Pct(100 * float64(green) / float64(w[m.blue]+green))}
}

// foreign is somebody else's write of the pair's weights.
func (m mesh) foreign(split statemachine.Split) {
	canary := int(split.WeightPct * 9)
	shares := []awstest.LatticeShare{part(split.Stable, 900-canary)}
	if split.Canary != "" {
		shares = append(shares, part(split.Canary, canary))
	}
	m.lattice.SetRule(m.arn, shares...)
}

func (m mesh) harness(t *testing.T, kind string) porttest.TargetHarness {
	t.Helper()
	setGreen := func(state string) {
		for _, ip := range []string{"10.0.1.1", "10.0.1.2"} {
			m.lattice.SetTarget(part(m.green, 0).Group, ip, state)
		}
	}
	return porttest.TargetHarness{
		Target: m.target, Old: m.blue, New: m.green, SwapsRoles: true, Faults: faults(m.world),
		Resolves: map[string]string{"4f0c1d2": "4f0c1d2"}, Invalid: []string{""},
		Shows:   func(*testing.T) statemachine.Split { return m.shows() },
		Raw:     func(t *testing.T) string { t.Helper(); return pretty(t, m.lattice.Rule(m.arn)) },
		Written: func(*testing.T) int { return written(m.world, kind) },
		Foreign: func(_ *testing.T, split statemachine.Split) { m.foreign(split) },
		Remove:  func(*testing.T) { m.lattice.DeleteRule(m.arn) },
		Unready: func(*testing.T) { setGreen("UNHEALTHY") },
		Ready:   func(*testing.T) { setGreen("HEALTHY") },
	}
}

func TestLattice_isATarget(t *testing.T) {
	for name, set := range map[string]meshSetting{
		"a rule":                         {},
		"a rule with both attached":      {shares: func(m mesh) []awstest.LatticeShare { return []awstest.LatticeShare{part(m.blue, 1), part(m.green, 0)} }},
		"a rule with more than the pair": {shares: besideRed},
	} {
		t.Run(name, func(t *testing.T) {
			porttest.Target(t, func(t *testing.T) porttest.TargetHarness {
				t.Helper()
				return openMesh(t, set).harness(t, "rule")
			})
		})
	}
}

// release takes the pair through a release, as the core words its splits.
func (m mesh) release(t *testing.T, weightsPct ...float64) (restore statemachine.Split, canary string) {
	t.Helper()
	restore, _, err := m.target.Observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	finding, err := m.target.Preflight(t.Context(), worker.TargetPreflight{Shows: restore, WeightsPct: weightsPct})
	if err != nil || len(finding.Problems) > 0 {
		t.Fatalf("%v, %v", finding.Problems, err)
	}
	restore.Form = finding.Form
	for _, weight := range weightsPct {
		step := statemachine.Split{Stable: restore.Stable, Canary: finding.Canary, WeightPct: weight, Form: restore.Form}
		if err := m.target.Write(t.Context(), worker.Want{Split: step}, ""); err != nil {
			t.Fatal(err)
		}
	}
	return restore, finding.Canary
}

func TestLattice_movesAListenersDefaultActionToo(t *testing.T) {
	m := openMesh(t, meshSetting{listener: true, shares: besideRed})
	restore, canary := m.release(t, 5, 50)
	if diff := cmp.Diff(map[string]int{m.red: 10, m.blue: 100, m.green: 100}, m.weights()); diff != "" {
		t.Errorf("at 50%%: %s", diff)
	}
	final := statemachine.Split{Stable: canary, Canary: m.blue, Form: restore.Form}
	for _, want := range []statemachine.Split{final, restore} {
		if err := m.target.Write(t.Context(), worker.Want{Split: want}, ""); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(besideRed(m), m.lattice.Rule(m.arn).Groups); diff != "" {
		t.Errorf("restored: %s", diff)
	}
	if diff := cmp.Diff([]string{"GetListener", "ListTargets", "UpdateListener"}, operations(m.world)); diff != "" {
		t.Error(diff)
	}
}

func TestLattice_callsWhatItsPolicyNames(t *testing.T) {
	m := openMesh(t, meshSetting{})
	m.release(t, 5)
	if diff := cmp.Diff([]string{"GetRule", "ListTargets", "UpdateRule"}, operations(m.world)); diff != "" {
		t.Error(diff)
	}
}

func TestLattice_twoCallsAtOnceAreAConflict(t *testing.T) {
	m := openMesh(t, meshSetting{})
	m.lattice.Refuse("UpdateRule", "ConflictException")
	step := statemachine.Split{Stable: m.blue, Canary: m.green, WeightPct: 5}
	if err := m.target.Write(t.Context(), worker.Want{Split: step}, ""); !errors.Is(err, worker.ErrConflict) {
		t.Errorf("got %v, want a conflict", err)
	}
}

func TestLattice_preflightTellsADefaultRuleAndAMissingGroup(t *testing.T) {
	m := openMesh(t, meshSetting{listener: true})
	rule := m.arn + "/rule/rule-" + m.arn[strings.LastIndexByte(m.arn, '-')+1:]
	gone := latticeARN + "targetgroup/tg-0000000000000000a"
	of := openTarget(t, clients{m.world}, "lattice", target.LatticeConfig{Rule: rule, Groups: [2]string{m.blue, gone}})
	shows, _, err := of.Observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	finding, err := of.Preflight(t.Context(), worker.TargetPreflight{Shows: shows, WeightsPct: []float64{5}})
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, p := range finding.Problems {
		codes = append(codes, string(p.Code))
	}
	if diff := cmp.Diff([]string{string(statemachine.CodeInvalid), string(statemachine.CodeGone)}, codes); diff != "" {
		t.Errorf("%s%v", diff, finding.Problems)
	}
}
