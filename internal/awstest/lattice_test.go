package awstest_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/vpclattice"
	"github.com/aws/aws-sdk-go-v2/service/vpclattice/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// mesh is a service with a listener and one rule, both forwarding to blue.
type mesh struct {
	t                           *testing.T
	stand                       *awstest.Lattice
	ledger                      *awstest.Ledger
	api                         *vpclattice.Client
	listener, rule, blue, green string
	ids                         []string // of the service, the listener and the rule
	asked                       []string
}

func openMesh(t *testing.T) *mesh {
	t.Helper()
	m := &mesh{t: t, ledger: awstest.NewLedger(fixedClock)}
	m.stand = awstest.NewLattice("111122223333", "us-east-1", m.ledger, fixedClock)
	m.blue, m.green = m.stand.CreateTargetGroup("blue", "10.0.0.1"), m.stand.CreateTargetGroup("green", "10.0.1.1", "10.0.1.2")
	m.listener = m.stand.CreateListener("shop", awstest.LatticeShare{Group: m.blue, Weight: 100})
	m.rule = m.stand.CreateRule(m.listener, "/pay", awstest.LatticeShare{Group: m.blue, Weight: 100})
	parts := strings.Split(m.rule, "/")
	m.ids = []string{parts[1], parts[3], parts[5]}
	config := alone(t, m.stand, "WORKER")
	config.HTTPClient = watchResource{into: &m.asked}
	m.api = vpclattice.NewFromConfig(config)
	return m
}

func shared(shares ...awstest.LatticeShare) types.RuleAction {
	var groups []types.WeightedTargetGroup
	for _, s := range shares {
		groups = append(groups, types.WeightedTargetGroup{TargetGroupIdentifier: &s.Group, Weight: aws.Int32(int32(s.Weight))})
	}
	return &types.RuleActionMemberForward{Value: types.ForwardAction{TargetGroups: groups}}
}

func (m *mesh) update(action types.RuleAction) error {
	_, err := m.api.UpdateRule(m.t.Context(), &vpclattice.UpdateRuleInput{
		ServiceIdentifier: &m.ids[0], ListenerIdentifier: &m.ids[1], RuleIdentifier: &m.ids[2], Action: action,
	})
	return err
}

func TestLattice_aRuleIsReplacedWholeAndKeepsItsMatch(t *testing.T) {
	m := openMesh(t)
	want := []awstest.LatticeShare{{Group: m.blue, Weight: 75}, {Group: m.green, Weight: 25}}
	if err := m.update(shared(want...)); err != nil {
		t.Fatal(err)
	}
	out, err := m.api.GetRule(t.Context(), &vpclattice.GetRuleInput{
		ServiceIdentifier: &m.ids[0], ListenerIdentifier: &m.ids[1], RuleIdentifier: &m.rule, // an ARN will do
	})
	if err != nil {
		t.Fatal(err)
	}
	forward, ok := out.Action.(*types.RuleActionMemberForward)
	if !ok || len(forward.Value.TargetGroups) != 2 || *forward.Value.TargetGroups[1].Weight != 25 {
		t.Errorf("action %+v", out.Action)
	}
	match, ok := out.Match.(*types.RuleMatchMemberHttpMatch)
	if !ok || match.Value.PathMatch == nil {
		t.Errorf("match %+v", out.Match)
	}
	if diff := cmp.Diff(want, m.stand.Rule(m.rule).Groups); diff != "" {
		t.Error(diff)
	}
	last := m.ledger.Changes()[len(m.ledger.Changes())-1]
	if last.Actor != "WORKER" || last.Kind != "rule" || last.Resource != m.rule {
		t.Errorf("ledger %+v", last)
	}
}

func TestLattice_aListenersDefaultIsItsDefaultRule(t *testing.T) {
	m := openMesh(t)
	_, err := m.api.UpdateListener(t.Context(), &vpclattice.UpdateListenerInput{
		ServiceIdentifier: &m.ids[0], ListenerIdentifier: &m.ids[1], DefaultAction: shared(awstest.LatticeShare{Group: m.green, Weight: 7}),
	})
	if err != nil {
		t.Fatal(err)
	}
	listener := must[*vpclattice.GetListenerOutput](t)(m.api.GetListener(t.Context(),
		&vpclattice.GetListenerInput{ServiceIdentifier: &m.ids[0], ListenerIdentifier: &m.ids[1]}))
	rules := must[*vpclattice.ListRulesOutput](t)(m.api.ListRules(t.Context(),
		&vpclattice.ListRulesInput{ServiceIdentifier: &m.ids[0], ListenerIdentifier: &m.ids[1]}))
	if len(rules.Items) != 2 || !aws.ToBool(rules.Items[1].IsDefault) {
		t.Fatalf("%+v", rules.Items)
	}
	byDefault := must[*vpclattice.GetRuleOutput](t)(m.api.GetRule(t.Context(), &vpclattice.GetRuleInput{
		ServiceIdentifier: &m.ids[0], ListenerIdentifier: &m.ids[1], RuleIdentifier: rules.Items[1].Id,
	}))
	m.ids[2] = *rules.Items[1].Id
	wantCode(t, "update the default rule", m.update(shared(awstest.LatticeShare{Group: m.blue})), "ValidationException")
	of, ok := listener.DefaultAction.(*types.RuleActionMemberForward)
	same, also := byDefault.Action.(*types.RuleActionMemberForward)
	if !ok || !also || *of.Value.TargetGroups[0].Weight != 7 || *same.Value.TargetGroups[0].Weight != 7 {
		t.Errorf("listener %+v, default rule %+v", listener.DefaultAction, byDefault.Action)
	}
}

func TestLattice_refusesWhatTheAPIDoes(t *testing.T) {
	m := openMesh(t)
	many := make([]awstest.LatticeShare, 11)
	for i := range many {
		many[i] = awstest.LatticeShare{Group: m.stand.CreateTargetGroup("more"), Weight: 1}
	}
	for what, action := range map[string]types.RuleAction{
		"1000": shared(awstest.LatticeShare{Group: m.blue, Weight: 1000}), "-1": shared(awstest.LatticeShare{Group: m.blue, Weight: -1}),
		"eleven groups": shared(many...),
		"twice":         shared(awstest.LatticeShare{Group: m.blue}, awstest.LatticeShare{Group: m.blue}),
	} {
		wantCode(t, what, m.update(action), "ValidationException")
	}
	wantCode(t, "no such group", m.update(shared(awstest.LatticeShare{Group: "tg-0"})), "ResourceNotFoundException")
	m.stand.Refuse("UpdateRule", "ConflictException")
	wantError[*types.ConflictException](t, m.update(shared(awstest.LatticeShare{Group: m.blue})))
	m.stand.DeleteRule(m.rule)
	wantError[*types.ResourceNotFoundException](t, m.update(shared(awstest.LatticeShare{Group: m.blue})))
	if diff := cmp.Diff([]string{m.rule}, m.asked[:1]); diff != "" {
		t.Error(diff)
	}
}

func TestLattice_tellsTargetsAndTheirHealth(t *testing.T) {
	m := openMesh(t)
	m.stand.SetTarget(m.green, "10.0.1.2", "UNHEALTHY")
	var got []string
	pages := vpclattice.NewListTargetsPaginator(m.api, &vpclattice.ListTargetsInput{TargetGroupIdentifier: &m.green, MaxResults: aws.Int32(1)})
	for pages.HasMorePages() {
		for _, target := range must[*vpclattice.ListTargetsOutput](t)(pages.NextPage(t.Context())).Items {
			got = append(got, *target.Id+" "+string(target.Status))
		}
	}
	if diff := cmp.Diff([]string{"10.0.1.1 HEALTHY", "10.0.1.2 UNHEALTHY"}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff("arn:aws:vpc-lattice:us-east-1:111122223333:targetgroup/"+m.green, m.asked[0]); diff != "" {
		t.Error(diff)
	}
}
