package target

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/statemachine"
)

func TestAliasSplit(t *testing.T) {
	for _, c := range []struct {
		name    string
		weights map[string]float64
		want    statemachine.Split
		fails   bool
	}{
		{"one version", nil, statemachine.Split{Stable: "42"}, false},
		{"two", map[string]float64{"43": 0.29}, statemachine.Split{Stable: "42", Canary: "43", WeightPct: 29}, false},
		{"a fraction", map[string]float64{"43": 0.0025}, statemachine.Split{Stable: "42", Canary: "43", WeightPct: 0.25}, false},
		{"all on the additional one", map[string]float64{"43": 1}, statemachine.Split{Stable: "42", Canary: "43", WeightPct: 100}, false},
		{"one at zero", map[string]float64{"43": 0}, statemachine.Split{Stable: "42"}, false},
		{"two and one at zero", map[string]float64{"43": 0.5, "41": 0}, statemachine.Split{Stable: "42", Canary: "43", WeightPct: 50}, false},
		{"three", map[string]float64{"43": 0.5, "41": 0.1}, statemachine.Split{}, true},
	} {
		got, err := aliasSplit(&lambda.GetAliasOutput{
			FunctionVersion: aws.String("42"), RevisionId: aws.String("r"),
			RoutingConfig: &types.AliasRoutingConfiguration{AdditionalVersionWeights: c.weights},
		})
		if (err != nil) != c.fails || !c.fails && got != c.want {
			t.Errorf("%s: got %v, %v; want %v, failing %t", c.name, got, err, c.want, c.fails)
		}
	}
	if _, err := aliasSplit(&lambda.GetAliasOutput{FunctionVersion: aws.String("42")}); err == nil {
		t.Error("an alias without RevisionId can be written without a fence")
	}
}

func TestAliasWeights_areNeverNil(t *testing.T) {
	for _, c := range []struct {
		want statemachine.Split
		is   map[string]float64
	}{
		{statemachine.Split{Stable: "42"}, map[string]float64{}},
		{statemachine.Split{Stable: "42", Canary: "43"}, map[string]float64{}},
		{statemachine.Split{Stable: "42", Canary: "43", WeightPct: 29}, map[string]float64{"43": 0.29}},
		{statemachine.Split{Stable: "42", Canary: "43", WeightPct: 100}, map[string]float64{"43": 1}},
	} {
		if diff := cmp.Diff(c.is, aliasWeights(c.want)); diff != "" {
			t.Errorf("%s: %s", c.want, diff)
		}
	}
}

func TestAliasGains(t *testing.T) {
	const form = `{"stable":"42"}`
	for _, c := range []struct {
		want statemachine.Split
		is   string
	}{
		{statemachine.Split{Stable: "42", Canary: "43", WeightPct: 5, Form: form}, "43"},
		{statemachine.Split{Stable: "43", Form: form}, "43"},
		{statemachine.Split{Stable: "42", Form: form}, ""},
		{statemachine.Split{Stable: "43"}, ""},
		{statemachine.Split{Stable: "43", Form: "not json"}, ""},
	} {
		if got := aliasGains(c.want); got != c.is {
			t.Errorf("%s with form %s gives traffic to %q, want %q", c.want, c.want.Form, got, c.is)
		}
	}
}

func TestMarked(t *testing.T) {
	const mark = "01KA/7/restore/checkout:live"
	long := strings.Repeat("ä", 256)
	for _, c := range []struct{ name, description, mark, want string }{
		{"none before", "", mark, "[serin " + mark + "]"},
		{"the user's text", "the live one", mark, "the live one [serin " + mark + "]"},
		{"an earlier mark", "the live one [serin 01KA/3/restore/x]", mark, "the live one [serin " + mark + "]"},
		{"the same mark", "the live one [serin " + mark + "]", mark, "the live one [serin " + mark + "+]"},
		{"the same mark once more", "the live one [serin " + mark + "+]", mark, "the live one [serin " + mark + "]"},
		{"brackets of the user's", "[serin x] is not at the end", mark, "[serin x] is not at the end [serin " + mark + "]"},
		{"a full description", long, "m", strings.Repeat("ä", 246) + " [serin m]"},
		{"a long mark", "", strings.Repeat("m", 200), "[serin " + strings.Repeat("m", 64) + "]"},
	} {
		got := marked(c.description, c.mark)
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		if n := len([]rune(got)); n > 256 {
			t.Errorf("%s: %d characters", c.name, n)
		}
	}
}

func TestVersionNumber(t *testing.T) {
	const arn = "arn:aws:lambda:us-east-1:123456789012:function:"
	for _, c := range []struct {
		function, said, want string
		ok                   bool
	}{
		{"checkout", "43", "43", true},
		{"checkout", arn + "checkout:43", "43", true},
		{arn + "checkout", arn + "checkout:43", "43", true},
		{arn + "checkout", "arn:aws:lambda:eu-west-1:123456789012:function:checkout:43", "", false},
		{"out", arn + "checkout:43", "", false},
		{"checkout", arn + "checkout:live", "", false},
		{"checkout", arn + "checkout", "", false},
		{"checkout", "$LATEST", "", false},
		{"checkout", "043", "", false},
		{"checkout", "arn:aws:lambda:", "", false},
	} {
		got, ok := versionNumber(c.function, c.said)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%s of %s is %q, %t; want %q, %t", c.said, c.function, got, ok, c.want, c.ok)
		}
	}
}

func TestHighestVersion(t *testing.T) {
	version := func(v string) types.FunctionConfiguration { return types.FunctionConfiguration{Version: &v} }
	all := []types.FunctionConfiguration{version("$LATEST"), version("9"), version("10"), version("2")}
	if got := highestVersion(all); got != 10 {
		t.Errorf("the highest of 9, 10 and 2 is %d", got)
	}
	if got := highestVersion(all[:1]); got != 0 {
		t.Errorf("of $LATEST alone it is %d, want none", got)
	}
}
