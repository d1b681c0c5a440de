package target

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/statemachine"
)

func TestALBWeights(t *testing.T) {
	for _, c := range []struct {
		share          float64
		total          int32
		keep           bool
		stable, canary int32
		ok             bool
	}{
		{5, 1, false, 95, 5, true},
		{0.5, 1, false, 995, 5, true},
		{99.9, 1, false, 1, 999, true},
		{0.1, 1, false, 999, 1, true},
		{33.33, 1, false, 0, 0, false},
		{0, 1, false, 1, 0, true},
		{100, 1, false, 0, 1, true},
		{100, 100, false, 0, 100, true},
		{100, 1998, false, 0, 999, true},
		{5, 200, true, 190, 10, true},
		{5, 10, true, 0, 0, false},
		{50, 10, true, 5, 5, true},
		{0, 10, true, 10, 0, true},
		{0, 1998, true, 0, 0, false},
		{50, 0, true, 0, 0, false},
		{0, 0, false, 0, 0, false},
		{101, 100, false, 0, 0, false},
		{-1, 100, false, 0, 0, false},
	} {
		stable, canary, ok := albWeights(c.share, c.total, c.keep)
		if stable != c.stable || canary != c.canary || ok != c.ok {
			t.Errorf("%g%% of %d, kept %t: %d and %d, %t; want %d and %d, %t",
				c.share, c.total, c.keep, stable, canary, ok, c.stable, c.canary, c.ok)
		}
	}
}

func TestALBWeights_everyWeightOfAFileIsShownExactly(t *testing.T) {
	for tenths := range 1001 {
		share := float64(tenths) / 10
		stable, canary, ok := albWeights(share, 1, false)
		p := albPair{groups: [2]albShare{{"blue", stable, 0}, {"green", canary, 1}}}
		if !ok || p.share("green") != share {
			t.Fatalf("%g%% is written as %d and %d (%t) and read as %g%%", share, stable, canary, ok, p.share("green"))
		}
	}
}

func TestNeeded(t *testing.T) {
	for _, c := range []struct {
		share             float64
		capacity, healthy int
		want              int
	}{
		{5, 100, 10, 1},
		{10, 100, 10, 1},
		{11, 100, 10, 2},
		{25, 100, 8, 2},
		{50, 80, 5, 2},
		{50, 80, 6, 3},
		{100, 100, 3, 3},
		{100, 50, 3, 2},
		{70, 100, 10, 7}, // 7.000000000000001 by floats
		{5, 100, 0, 1},
	} {
		if got := needed(c.share, c.capacity, c.healthy); got != c.want {
			t.Errorf("%g%% at capacity %d%% of %d healthy needs %d, want %d", c.share, c.capacity, c.healthy, got, c.want)
		}
	}
}

func TestALBPair_splitTakesTheHeavierForStable(t *testing.T) {
	pair := func(blue, green int32, blueAt, greenAt int) albPair {
		return albPair{groups: [2]albShare{{"blue", blue, blueAt}, {"green", green, greenAt}}}
	}
	for _, c := range []struct {
		p     albPair
		want  statemachine.Split
		fails bool
	}{
		{pair(1, 0, 0, detached), statemachine.Split{Stable: "blue"}, false},
		{pair(1, 0, 0, 1), statemachine.Split{Stable: "blue", Canary: "green"}, false},
		{pair(0, 1, 0, 1), statemachine.Split{Stable: "green", Canary: "blue"}, false},
		{pair(0, 1, detached, 0), statemachine.Split{Stable: "green"}, false},
		{pair(95, 5, 0, 1), statemachine.Split{Stable: "blue", Canary: "green", WeightPct: 5}, false},
		{pair(5, 95, 0, 1), statemachine.Split{Stable: "green", Canary: "blue", WeightPct: 5}, false},
		{pair(7, 7, 0, 1), statemachine.Split{Stable: "blue", Canary: "green", WeightPct: 50}, false},
		{pair(2, 1, 0, 1), statemachine.Split{Stable: "blue", Canary: "green", WeightPct: 33.33}, false},
		{pair(0, 0, 0, 1), statemachine.Split{}, true},
		{pair(0, 0, detached, detached), statemachine.Split{}, true},
	} {
		got, err := c.p.split()
		if got != c.want || (err != nil) != c.fails {
			t.Errorf("%v shows %v, %v; want %v, failing %t", c.p.groups, got, err, c.want, c.fails)
		}
	}
}

func TestALBPair_showRefusesWhatIsNoSplitOfThePair(t *testing.T) {
	p := albPair{groups: [2]albShare{{"blue", 1, 0}, {"green", 0, detached}}}
	for _, want := range []statemachine.Split{
		{},
		{Stable: "red"},
		{Stable: "blue", Canary: "red", WeightPct: 5},
		{Stable: "blue", Canary: "blue", WeightPct: 5},
		{Stable: "blue", WeightPct: 5},
		{Stable: "blue", Canary: "green", WeightPct: 101},
		{Stable: "blue", Canary: "green", WeightPct: 33.33},
	} {
		if got, err := p.show(want, albForm{}); err == nil {
			t.Errorf("%v is shown as %v", want, got.groups)
		}
	}
}

func TestALBGains(t *testing.T) {
	form := albForm{Stable: "blue"}
	for _, c := range []struct {
		want  statemachine.Split
		form  albForm
		group string
		share float64
	}{
		{statemachine.Split{Stable: "blue", Canary: "green", WeightPct: 25}, form, "green", 25},
		{statemachine.Split{Stable: "green", Canary: "blue", WeightPct: 75}, form, "green", 25},
		{statemachine.Split{Stable: "green"}, form, "green", 100},
		{statemachine.Split{Stable: "green", Canary: "blue"}, form, "green", 100},
		{statemachine.Split{Stable: "blue"}, form, "", 0},
		{statemachine.Split{Stable: "blue", Canary: "green"}, form, "green", 0},
		{statemachine.Split{Stable: "green", Canary: "blue", WeightPct: 25}, albForm{}, "blue", 25},
	} {
		group, share := albGains(c.want, c.form)
		if group != c.group || share != c.share {
			t.Errorf("%s gives %g%% to %q, want %g%% to %q", c.want, share, group, c.share, c.group)
		}
	}
}

func TestArranged_keepsTheOthersAndTheirOrder(t *testing.T) {
	tuples := func(pairs ...any) []types.TargetGroupTuple {
		var all []types.TargetGroupTuple
		for i := 0; i < len(pairs); i += 2 {
			weight, _ := pairs[i+1].(int)
			all = append(all, types.TargetGroupTuple{TargetGroupArn: aws.String(fmt.Sprint(pairs[i])), Weight: aws.Int32(int32(weight))})
		}
		return all
	}
	for _, c := range []struct {
		name string
		has  []types.TargetGroupTuple
		next [2]albShare
		want []types.TargetGroupTuple
	}{
		{"in place", tuples("x", 3, "green", 0, "y", 4, "blue", 1), [2]albShare{{"blue", 95, 3}, {"green", 5, 1}}, tuples("x", 3, "green", 5, "y", 4, "blue", 95)},
		{"attached last", tuples("blue", 1, "x", 3), [2]albShare{{"blue", 1, 0}, {"green", 0, last}}, tuples("blue", 1, "x", 3, "green", 0)},
		{"attached where it was", tuples("x", 3, "green", 1), [2]albShare{{"blue", 1, 0}, {"green", 0, detached}}, tuples("blue", 1, "x", 3)},
		{"detached", tuples("blue", 0, "x", 3, "green", 1), [2]albShare{{"blue", 0, detached}, {"green", 1, 2}}, tuples("x", 3, "green", 1)},
	} {
		before := fmt.Sprint(names(c.has))
		if diff := cmp.Diff(names(c.want), names(arranged(c.has, albPair{groups: c.next}))); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if after := fmt.Sprint(names(c.has)); after != before {
			t.Errorf("%s: what was described became %s", c.name, after)
		}
	}
}

func names(tuples []types.TargetGroupTuple) []string {
	var all []string
	for _, tuple := range tuples {
		all = append(all, fmt.Sprintf("%s %d", *tuple.TargetGroupArn, *tuple.Weight))
	}
	return all
}

func TestALBActions_describedWithOneGroupByName(t *testing.T) {
	a := albActions{list: []types.Action{{Type: types.ActionTypeEnumForward, TargetGroupArn: aws.String("blue")}}}
	p := a.pair([2]string{"blue", "green"})
	if diff := cmp.Diff([2]albShare{{"blue", 1, 0}, {"green", 0, detached}}, p.groups); diff != "" {
		t.Error(diff)
	}
	sent := a.with(p.attach("green", albForm{}))[0]
	if sent.TargetGroupArn != nil {
		t.Error("two groups are sent beside a single one's name, which ModifyRule refuses")
	}
	if diff := cmp.Diff([]string{"blue 1", "green 0"}, names(sent.ForwardConfig.TargetGroups)); diff != "" {
		t.Error(diff)
	}
	if a.list[0].TargetGroupArn == nil || a.list[0].ForwardConfig != nil {
		t.Error("what was described was changed")
	}
}

func TestALBFamily(t *testing.T) {
	const arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:"
	rule := []string{arn + "listener-rule/app/shop/a1/b2/c3", arn + "listener/app/shop/a1/b2", arn + "loadbalancer/app/shop/a1"}
	if diff := cmp.Diff(rule, albFamily(rule[0])); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(rule[1:], albFamily(rule[1])); diff != "" {
		t.Error(diff)
	}
}
