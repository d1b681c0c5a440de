package target_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/serinhq/serin/internal/target"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// offline are clients that are never called; they note what was asked for.
type offline struct{ asked *[]string }

func (o offline) Client(service, region string, open func(aws.Config) any) any {
	*o.asked = append(*o.asked, service+" "+region)
	return open(aws.Config{Region: region})
}

const (
	ruleARN     = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/a1/b2/c3"
	listenerARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/a1/b2"
	blueARN     = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/blue/d4"
	greenARN    = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/green/e5"
	meshRuleARN = "arn:aws:vpc-lattice:eu-west-1:123456789012:service/svc-0123456789abcdef0/listener/listener-0123456789abcdef0/rule/rule-0123456789abcdef0"
	meshTG1     = "arn:aws:vpc-lattice:eu-west-1:123456789012:targetgroup/tg-0123456789abcdef0"
	storeARN    = "arn:aws:cloudfront::123456789012:key-value-store/0a1b2c3d-0000-4000-8000-000000000000"
	meshTG2     = "arn:aws:vpc-lattice:eu-west-1:123456789012:targetgroup/tg-0123456789abcdef1"
)

func TestOpen_takesTheClientOfTheRegion(t *testing.T) {
	for config, want := range map[string]string{
		`{"function":"checkout","alias":"live"}`:                                                       "lambda ",
		`{"function":"arn:aws:lambda:eu-west-1:123456789012:function:checkout","alias":"live"}`:        "lambda eu-west-1",
		`{"rule":"` + ruleARN + `","groups":["` + blueARN + `","` + greenARN + `"],"capacityPct":80}`:  "elasticloadbalancing eu-west-1",
		`{"listener":"` + listenerARN + `","groups":["` + blueARN + `","` + greenARN + `"]}`:           "elasticloadbalancing eu-west-1",
		`{"zone":"Z0123456789ABCDEFGHIJ","name":"api.example.com","type":"A","sets":["blue","green"]}`: "route53 ",
		`{"bucket":"shop","key":"canary-config.json","region":"eu-west-1"}`:                            "s3 eu-west-1",
		`{"keyValueStore":"` + storeARN + `","key":"canary-config.json"}`:                              "cloudfront-keyvaluestore us-east-1",
		`{"rule":"` + meshRuleARN + `","groups":["` + meshTG1 + `","` + meshTG2 + `"]}`:                "vpc-lattice eu-west-1",
	} {
		var asked []string
		service, _, _ := strings.Cut(want, " ")
		kind := map[string]string{"lambda": "lambda", "elasticloadbalancing": "alb", "vpc-lattice": "lattice", "route53": "route53", "s3": "staticsite", "cloudfront-keyvaluestore": "staticsite"}[service]
		if _, err := target.New(offline{&asked}).Open(statemachine.TargetSpec{Kind: kind, Config: []byte(config)}); err != nil {
			t.Errorf("%s: %v", config, err)
		}
		if len(asked) != 1 || asked[0] != want {
			t.Errorf("%s asks for clients %q, want %q", config, asked, want)
		}
	}
}

func TestOpen_refusesAWrongConfigWithEverythingThatIsWrong(t *testing.T) {
	for _, c := range []struct {
		kind, config string
		says         []string
	}{
		{"ecs", `{}`, []string{`no kind "ecs"`}},
		{"lambda", ``, []string{"config"}},
		{"lambda", `{"function":"checkout:live","alias":"7"}`, []string{"function must", "alias must"}},
		{"lambda", `{"function":"checkout","alias":"live","version":"1"}`, []string{"version"}},
		{"alb", `{"groups":["` + blueARN + `","` + blueARN + `"],"capacityPct":101}`, []string{"either rule or listener", "different", "capacityPct"}},
		{"alb", `{"rule":"` + listenerARN + `","listener":"` + ruleARN + `","groups":["x","` + blueARN + `"]}`, []string{"either", "rule must", "listener must", "groups must"}},
		{"route53", `{"zone":"example.com","name":"api","type":"MX","sets":["",""]}`, []string{"zone must", "name must", "type must", "sets must be the", "different"}},
		{"staticsite", `{"bucket":"S","key":"/c","region":"EU","assets":"a","distribution":"e","path":"x"}`, []string{"bucket must", "key must", "region must", "assets must", "distribution must", "path must"}},
		{"staticsite", `{"bucket":"shop","key":"c","path":"/c"}`, []string{"together"}},
		{"staticsite", `{"keyValueStore":"shop","key":""}`, []string{"keyValueStore must", "key must"}},
		{"staticsite", `{"keyValueStore":"` + storeARN + `","key":"c","bucket":"shop"}`, []string{"bucket"}},
		{"lattice", `{"rule":"` + ruleARN + `","groups":["` + blueARN + `","` + blueARN + `"],"capacityPct":-1}`, []string{"rule must", "groups must", "different", "capacityPct"}},
	} {
		_, err := target.New(offline{new([]string)}).Open(statemachine.TargetSpec{Kind: c.kind, Name: "n", Config: []byte(c.config)})
		if !errors.Is(err, worker.ErrInvalid) {
			t.Errorf("%s %s: %v, want invalid", c.kind, c.config, err)
			continue
		}
		for _, part := range c.says {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s %s: %v\ndoes not say %q", c.kind, c.config, err, part)
			}
		}
	}
}

func TestKind_tellsTraits(t *testing.T) {
	targets := target.New(offline{new([]string)})
	for name, want := range map[string]worker.TargetKind{
		"lambda":     {Traits: statemachine.Traits{Fenced: true}, API: "lambda"},
		"alb":        {Traits: statemachine.Traits{SwapsRoles: true}, API: "elb"},
		"route53":    {Traits: statemachine.Traits{Fenced: true, SwapsRoles: true}, API: "route53"},
		"staticsite": {Traits: statemachine.Traits{Fenced: true}, API: "s3"},
		"lattice":    {Traits: statemachine.Traits{SwapsRoles: true}, API: "lattice"},
	} {
		if got, ok := targets.Kind(name); !ok || got != want {
			t.Errorf("%s is %+v, %t; want %+v", name, got, ok, want)
		}
	}
	if _, ok := targets.Kind("ecs"); ok {
		t.Error("there is no kind ecs yet")
	}
}
