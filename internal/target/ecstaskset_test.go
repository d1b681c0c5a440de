package target_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/internal/target"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// fleet is a service of an external controller: a primary task set behind blue, one behind green, and a shop's rule
// before them.
type fleet struct {
	shop
	ecs              *awstest.ECS
	service          string
	primary, waiting string // ids of the task sets
}

// openFleet furnishes a shop; green's task set has this scale.
func openFleet(t *testing.T, set setting, scalePct float64) fleet {
	t.Helper()
	f := fleet{shop: openShop(t, set)}
	f.ecs = awstest.NewECS(awstest.Account, awstest.Region, f.world.Ledger(), f.world.Clock())
	f.world.Register(f.ecs)
	f.service = f.ecs.CreateService(awstest.ECSService{Cluster: "prod", Name: "checkout", Tasks: 10, Controller: types.DeploymentControllerTypeExternal})
	f.primary = f.ecs.AddTaskSet(f.service, "checkout:1", 100, behind(f.blue))
	f.ecs.SetPrimary(f.service, f.primary)
	f.waiting = f.ecs.AddTaskSet(f.service, "checkout:2", scalePct, behind(f.green))
	f.target = openTarget(t, clients{f.world}, "ecstaskset", target.TaskSetConfig{
		Cluster: "prod", Service: "checkout",
		ALBConfig: target.ALBConfig{Rule: f.arn, Groups: [2]string{f.blue, f.green}, CapacityPct: set.capacity},
	})
	return f
}

func behind(group string) types.LoadBalancer {
	return types.LoadBalancer{TargetGroupArn: &group, ContainerName: aws.String("app"), ContainerPort: aws.Int32(8080)}
}

// sets are the task sets' roles and scales, by group: "PRIMARY 100".
func (f fleet) sets() map[string]awstest.TaskSetState {
	all := map[string]awstest.TaskSetState{}
	for _, set := range f.ecs.TaskSets(f.service) {
		name := map[string]string{f.primary: "blue", f.waiting: "green"}[set.TaskSet]
		all[name] = set
	}
	return all
}

// shows is the split in the world, read without the adapter.
func (f fleet) shows() statemachine.Split {
	w := f.weights()
	stable, other, share := f.blue, f.green, w["green"]
	if f.sets()["green"].Status == "PRIMARY" {
		stable, other, share = f.green, f.blue, w["blue"]
	}
	if share == 0 {
		return statemachine.Split{Stable: stable}
	}
	return statemachine.Split{Stable: stable, Canary: other, WeightPct: statemachine.Pct(100 * float64(share) / float64(w["blue"]+w["green"]))}
}

func (f fleet) harness(t *testing.T) porttest.TargetHarness {
	t.Helper()
	h := f.shop.harness(t)
	h.Target, h.Untold = f.target, true
	h.Shows = func(*testing.T) statemachine.Split { return f.shows() }
	raw := h.Raw
	h.Raw = func(t *testing.T) string { t.Helper(); return raw(t) + pretty(t, f.ecs.TaskSets(f.service)) }
	weigh := h.Foreign
	h.Foreign = func(t *testing.T, split statemachine.Split) {
		t.Helper()
		f.ecs.SetPrimary(f.service, map[string]string{f.blue: f.primary, f.green: f.waiting}[split.Stable])
		weigh(t, split)
	}
	return h
}

func TestTaskSets_areATarget(t *testing.T) {
	for name, set := range map[string]setting{
		"one group attached":   {},
		"both groups attached": {actions: attached},
		"beside other actions": {actions: furnished},
	} {
		t.Run(name, func(t *testing.T) {
			porttest.Target(t, func(t *testing.T) porttest.TargetHarness {
				t.Helper()
				return openFleet(t, set, 100).harness(t)
			})
		})
	}
}

// begin is preflight's finding, with the restore point.
func (f fleet) begin(t *testing.T, weightsPct ...float64) (restore statemachine.Split, finding worker.TargetFinding) {
	t.Helper()
	restore, _, err := f.target.Observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	finding, err = f.target.Preflight(t.Context(), worker.TargetPreflight{Shows: restore, WeightsPct: weightsPct})
	if err != nil {
		t.Fatal(err)
	}
	restore.Form = finding.Form
	return restore, finding
}

func (f fleet) write(t *testing.T, split statemachine.Split) error {
	t.Helper()
	return f.target.Write(t.Context(), worker.Want{Split: split}, "")
}

func TestTaskSets_theCanaryGrowsWithItsShareAndIsPrimaryInTheEnd(t *testing.T) {
	f := openFleet(t, setting{capacity: 50}, 0)
	restore, finding := f.begin(t, 10, 25, 100)
	if len(finding.Problems) > 0 || finding.Canary != f.green {
		t.Fatalf("found %+v", finding)
	}
	var grew []float64
	for _, weight := range []float64{10, 25, 100} {
		if err := f.write(t, statemachine.Split{Stable: f.blue, Canary: f.green, WeightPct: weight, Form: restore.Form}); err != nil {
			t.Fatal(err)
		}
		grew = append(grew, f.sets()["green"].ScalePct)
	}
	if diff := cmp.Diff([]float64{5, 13, 50}, grew); diff != "" {
		t.Errorf("scale (-want +got):\n%s", diff)
	}
	if f.sets()["blue"].Status != "PRIMARY" {
		t.Error("green was made primary before the promote")
	}
	final := statemachine.Split{Stable: f.green, Form: restore.Form}
	for range 2 {
		if err := f.write(t, final); err != nil {
			t.Fatal(err)
		}
	}
	if green, blue := f.sets()["green"], f.sets()["blue"]; green.Status != "PRIMARY" || blue.Status != "ACTIVE" || blue.ScalePct != 100 {
		t.Errorf("green %+v, blue %+v", green, blue)
	}
	if split, _, err := f.target.Observe(t.Context()); err != nil || !split.Same(final) {
		t.Errorf("shows %s, %v", split, err)
	}
}

func TestTaskSets_aWayBackTakesTrafficThenRoleThenScale(t *testing.T) {
	f := openFleet(t, setting{}, 20)
	before := pretty(t, f.ecs.TaskSets(f.service)) + pretty(t, f.elb.Rule(f.arn))
	restore, _ := f.begin(t, 50)
	for _, split := range []statemachine.Split{
		{Stable: f.blue, Canary: f.green, WeightPct: 50, Form: restore.Form}, {Stable: f.green, Form: restore.Form},
	} {
		if err := f.write(t, split); err != nil {
			t.Fatal(err)
		}
	}
	n := len(f.world.Changes())
	if err := f.write(t, restore); err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, c := range f.world.Changes()[n:] {
		order = append(order, c.Kind)
	}
	if diff := cmp.Diff([]string{"rule", "task-set", "task-set", "task-set"}, order); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, pretty(t, f.ecs.TaskSets(f.service))+pretty(t, f.elb.Rule(f.arn))); diff != "" {
		t.Errorf("restored: %s", diff)
	}
}

func TestTaskSets_aShareWaitsForItsTasks(t *testing.T) {
	f := openFleet(t, setting{idle: true}, 0)
	restore, _ := f.begin(t, 50)
	f.ecs.Lag(awstest.ECSLags{Stable: 2})
	step := statemachine.Split{Stable: f.blue, Canary: f.green, WeightPct: 50, Form: restore.Form}
	if err := f.write(t, step); !errors.Is(err, worker.ErrNotReady) || !strings.Contains(err.Error(), "0 of 5 tasks") {
		t.Errorf("got %v, want it to wait for tasks", err)
	}
	if diff := cmp.Diff(map[string]int{"blue": 1, "green": 0}, f.weights()); diff != "" {
		t.Errorf("green must be attached meanwhile: %s", diff)
	}
	for range 3 {
		_ = f.write(t, step)
	}
	if got := f.shows(); !got.Same(step) {
		t.Errorf("shows %s", got)
	}
}

func TestTaskSets_preflightDemandsOneTaskSetBehindEachGroup(t *testing.T) {
	f := openFleet(t, setting{}, 0)
	f.ecs.AddTaskSet(f.service, "checkout:3", 0, behind(f.green))
	f.ecs.AddTaskSet(f.service, "checkout:4", 0, behind(f.blue))
	_, finding := f.begin(t, 5)
	var texts []string
	for _, p := range finding.Problems {
		texts = append(texts, p.Text)
	}
	if len(texts) != 2 || !strings.Contains(texts[0], "beside the primary one") || !strings.Contains(texts[1], "2 task sets stand behind") {
		t.Errorf("problems %q", texts)
	}
	f = openFleet(t, setting{}, 0)
	f.ecs.SetPrimary(f.service, f.waiting)
	_, finding = f.begin(t, 5)
	if !slices.ContainsFunc(finding.Problems, func(p statemachine.Problem) bool { return p.Code == statemachine.CodeCanaryTooSmall }) && finding.Canary != f.blue {
		t.Errorf("found %+v", finding)
	}
}

func TestTaskSets_aServiceOfAnotherControllerIsInvalid(t *testing.T) {
	s := openShop(t, setting{})
	stand := awstest.NewECS(awstest.Account, awstest.Region, s.world.Ledger(), s.world.Clock())
	s.world.Register(stand)
	stand.CreateService(awstest.ECSService{Cluster: "prod", Name: "checkout"})
	of := openTarget(t, clients{s.world}, "ecstaskset", target.TaskSetConfig{
		Cluster: "prod", Service: "checkout", ALBConfig: target.ALBConfig{Rule: s.arn, Groups: [2]string{s.blue, s.green}},
	})
	if _, _, err := of.Observe(t.Context()); !errors.Is(err, worker.ErrInvalid) {
		t.Errorf("got %v, want invalid", err)
	}
}

func TestTaskSets_callWhatTheirPolicyNames(t *testing.T) {
	f := openFleet(t, setting{}, 0)
	restore, _ := f.begin(t, 5)
	for _, split := range []statemachine.Split{{Stable: f.blue, Canary: f.green, WeightPct: 5, Form: restore.Form}, {Stable: f.green, Form: restore.Form}} {
		if err := f.write(t, split); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"DescribeRules", "DescribeTaskSets", "DescribeTags", "DescribeTargetGroups", "DescribeTargetHealth", "UpdateTaskSet", "ModifyRule", "UpdateServicePrimaryTaskSet",
	}
	if diff := cmp.Diff(want, operations(f.world)); diff != "" {
		t.Error(diff)
	}
}
