package infra_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// A change of any of a distribution's three parts is one of what its viewers get, and an invalidation is none.
func TestTortureMovers_readADistributionFromItsThreeParts(t *testing.T) {
	m := edgeMover(edge{primary: "E1", staging: "E2", policy: "p"})
	change := func(resource string, state any) awstest.Change {
		return awstest.Change{Resource: edgeARN + resource, State: state}
	}
	var got []string
	for _, c := range merged([]awstest.Change{
		change("distribution/E1", awstest.DistributionState{OriginPath: "/v1"}),
		change("distribution/E2", awstest.DistributionState{OriginPath: "/v2"}),
		change("continuous-deployment-policy/p", awstest.PolicyState{Weight: 0.1}),
		change("continuous-deployment-policy/p", awstest.PolicyState{Weight: 0.1, Enabled: true}),
		change("distribution/E1", awstest.InvalidationState{}),
		change("continuous-deployment-policy/p", awstest.PolicyState{Weight: 0.15, Enabled: true}),
		change("distribution/E1", awstest.DistributionState{OriginPath: "/v2"}),
		change("distribution/E9", awstest.DistributionState{OriginPath: "/other"}),
	}, map[string]mover{m.resource: m}) {
		if state, whole := c.State.(edgeState); whole {
			got = append(got, state.shows())
		}
	}
	if diff := cmp.Diff(m.ladder("/v1", &round{}), slices.Compact(got)); diff != "" {
		t.Errorf("what viewers got (-ladder +got):\n%s", diff)
	}
}

// Each judge of a kind must see what is not in its plan.
func TestTortureMovers_tellWhatIsInNoPlan(t *testing.T) {
	zone := domain{zone: "Z1", name: "api.t.example"}
	records := func(name string, blue, green int64) awstest.RecordSetState {
		return awstest.RecordSetState{Zone: "Z1", Name: name + ".", Records: []awstest.RecordSet{
			{SetIdentifier: "blue", Weight: &blue}, {SetIdentifier: "green", Weight: &green},
		}}
	}
	pair := mesh{arn: "rule", blue: "b", green: "g"}
	shares := func(blue, green int) awstest.LatticeState {
		return awstest.LatticeState{Groups: []awstest.LatticeShare{{Group: "b", Weight: blue}, {Group: "x", Weight: 7}, {Group: "g", Weight: green}}}
	}
	for _, tc := range []struct {
		name  string
		mover mover
		from  string
		kind  string
		state any
		want  string
		plan  bool
	}{
		{"a record's weight of another sum", domainMover(zone), greenNothing, "", records("api.t.example", 198, 22), "10% on green", true},
		{"a record's weight that no step has", domainMover(zone), greenNothing, "", records("api.t.example", 50, 50), "50% on green", false},
		{"another name of the zone", domainMover(zone), greenNothing, "", records("www.t.example", 10, 0), "", false},
		{"a mesh's weight on its way back", meshMover(pair), "100% on green", "", shares(20, 180), "90% on green", true},
		{"a mesh without its canary", meshMover(pair), greenNothing, "", awstest.LatticeState{}, "nothing", false},
		{"a share a tenth too much", meshMover(pair), greenNothing, "", shares(199, 23), "10.36% on green", false},
		{"a task set that has grown", setMover("set"), "ACTIVE 0%", "", awstest.TaskSetState{Status: "ACTIVE", ScalePct: 50}, "ACTIVE 50%", true},
		{"a primary task set before it has grown", setMover("set"), "ACTIVE 0%", "", awstest.TaskSetState{Status: "PRIMARY", ScalePct: 50}, "PRIMARY 50%", false},
		{"a service asked to go on before its last step", serviceMover("service"), "", "", awstest.ECSDeploymentState{WeightPct: 80}, "continue at 80%", true},
		{"a service asked to go on at a weight of no step", serviceMover("service"), "", "", awstest.ECSDeploymentState{WeightPct: 20}, "continue at 20%", false},
		{"a service stopped", serviceMover("service"), "", "deployment-stop", awstest.ECSDeploymentState{WeightPct: 40}, stopped, false},
		{"an update cancelled", watchMover("stack", "stack-cancel"), "", "stack-cancel", awstest.StackState{}, stopped, false},
		{"an update ended otherwise", watchMover("stack", "stack-cancel"), "", "stack-rollback", awstest.StackState{}, "stack-rollback", false},
	} {
		got := tc.mover.shows(awstest.Change{Actor: "worker-1", Kind: tc.kind, State: tc.state})
		if in := slices.Contains(tc.mover.ladder(tc.from, &round{}), got); got != tc.want || in != tc.plan {
			t.Errorf("%s shows %q, in the plan: %t", tc.name, got, in)
		}
	}
}
