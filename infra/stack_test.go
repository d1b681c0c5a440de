package infra_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/serinhq/serin/internal/awstest"
)

const templateFile = "cloudformation/serin.yaml"

// The parameters that name what Serin may touch, each with two values.
func everyList() map[string]string {
	const lb = "arn:aws:elasticloadbalancing:us-east-1:123456789012:"
	return map[string]string{
		"LambdaFunctionArns":       "arn:aws:lambda:us-east-1:123456789012:function:checkout,arn:aws:lambda:us-east-1:123456789012:function:pay-*",
		"AlbListenerArns":          lb + "listener/app/web/1a/2b," + lb + "listener/app/shop/3c/4d",
		"AlbRuleArns":              lb + "listener-rule/app/web/1a/2b/3c," + lb + "listener-rule/app/shop/3c/4d/*",
		"PipelineArns":             "arn:aws:codepipeline:us-east-1:123456789012:checkout-prod,arn:aws:codepipeline:us-east-1:123456789012:web-prod",
		"EcsServiceArns":           "arn:aws:ecs:us-east-1:123456789012:service/prod/checkout,arn:aws:ecs:us-east-1:123456789012:service/prod/pay-*",
		"RestApiArns":              "arn:aws:apigateway:us-east-1::/restapis/a1b2c3d4e5,arn:aws:apigateway:us-east-1::/restapis/f6g7h8i9j0",
		"HttpApiArns":              "arn:aws:apigateway:us-east-1::/apis/k1l2m3n4o5,arn:aws:apigateway:us-east-1::/apis/p6q7r8s9t0",
		"CodeDeployGroupArns":      "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:orders/prod,arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:pay/prod",
		"HostedZoneArns":           "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ,arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIK",
		"SiteDistributionArns":     "arn:aws:cloudfront::123456789012:distribution/E1A2B3C4D5E6F7,arn:aws:cloudfront::123456789012:distribution/E1A2B3C4D5E6F78",
		"SiteStoreArns":            "arn:aws:cloudfront::123456789012:key-value-store/0a1b2c3d-0000-4000-8000-000000000000,arn:aws:cloudfront::123456789012:key-value-store/0a1b2c3d-0000-4000-8000-000000000001",
		"SiteAssetArns":            "arn:aws:s3:::shop-site/releases/*,arn:aws:s3:::docs/*",
		"SiteConfigArns":           "arn:aws:s3:::shop-site/canary-config.json,arn:aws:s3:::docs/canary-config.json",
		"LatticeRuleArns":          "arn:aws:vpc-lattice:us-east-1:123456789012:service/svc-0a1b2c3d4e5f60718/listener/listener-0a1b2c3d4e5f60718/rule/rule-0a1b2c3d4e5f60718,arn:aws:vpc-lattice:us-east-1:123456789012:service/svc-0a1b2c3d4e5f60719/listener/listener-0a1b2c3d4e5f60719/rule/*",
		"LatticeListenerArns":      "arn:aws:vpc-lattice:us-east-1:123456789012:service/svc-0a1b2c3d4e5f60718/listener/listener-0a1b2c3d4e5f60718,arn:aws:vpc-lattice:us-east-1:123456789012:service/svc-0a1b2c3d4e5f60719/listener/listener-0a1b2c3d4e5f60719",
		"AppConfigApplicationArns": "arn:aws:appconfig:us-east-1:123456789012:application/abc1234,arn:aws:appconfig:us-east-1:123456789012:application/def5678",
		"BeanstalkEnvironmentArns": "arn:aws:elasticbeanstalk:us-east-1:123456789012:environment/shop/shop-prod,arn:aws:elasticbeanstalk:us-east-1:123456789012:environment/shop/pay-*",
		"CloudFormationStackArns":  "arn:aws:cloudformation:us-east-1:123456789012:stack/orders/*,arn:aws:cloudformation:us-east-1:123456789012:stack/pay-*/*",
		"CodeBuildProjectArns":     "arn:aws:codebuild:us-east-1:123456789012:project/smoke,arn:aws:codebuild:us-east-1:123456789012:project/web-*",
		"CheckFunctionArns":        "arn:aws:lambda:us-east-1:123456789012:function:checkout,arn:aws:lambda:us-east-1:123456789012:function:verify-*",

		"EcsTaskSetServiceArns":      "arn:aws:ecs:us-east-1:123456789012:service/prod/web,arn:aws:ecs:us-east-1:123456789012:service/prod/shop-*",
		"CloudFrontDistributionArns": "arn:aws:cloudfront::123456789012:distribution/E1A2B3C4D5E6F7,arn:aws:cloudfront::123456789012:distribution/E7F6E5D4C3B2A1",
		"CloudFrontPolicyArns":       "arn:aws:cloudfront::123456789012:continuous-deployment-policy/0a1b2c3d-0000-4000-8000-000000000000,arn:aws:cloudfront::123456789012:continuous-deployment-policy/0a1b2c3d-0000-4000-8000-000000000001",
	}
}

func firstOfEveryList() map[string]string {
	few := map[string]string{}
	for name, list := range everyList() {
		few[name], _, _ = strings.Cut(list, ",")
	}
	return few
}

func onFargate() map[string]string {
	return map[string]string{
		"Worker": "fargate", "Image": "123456789012.example/serin:1",
		"Subnets": "subnet-0a,subnet-0b", "SecurityGroups": "sg-0a",
	}
}

// with returns the parameters of several maps together.
func with(all ...map[string]string) map[string]string {
	params := map[string]string{}
	for _, some := range all {
		maps.Copy(params, some)
	}
	return params
}

func readTemplate(tb testing.TB) awstest.Template {
	tb.Helper()
	text, err := os.ReadFile(templateFile)
	if err != nil {
		tb.Fatal(err)
	}
	template, err := awstest.ParseTemplate(text)
	if err != nil {
		tb.Fatal(err)
	}
	return template
}

// stack is a template resolved for one set of parameters.
type stack struct{ resources, outputs, parameters node }

func resolve(tb testing.TB, params map[string]string) stack {
	tb.Helper()
	resolved, err := readTemplate(tb).Resolve(params)
	if err != nil {
		tb.Fatal(err)
	}
	return stack{
		resources:  node{resolved.Tree["Resources"]},
		outputs:    node{resolved.Tree["Outputs"]},
		parameters: node{resolved.Tree["Parameters"]},
	}
}

// properties of a resource; a node without value if the stack does not have it.
func (s stack) properties(id string) node { return s.resources.at(id, "Properties") }

// ofType lists the logical ids of a type, in order.
func (s stack) ofType(kind string) []string {
	var ids []string
	for _, id := range s.resources.keys() {
		if s.resources.at(id, "Type").text() == kind {
			ids = append(ids, id)
		}
	}
	return ids
}

// node is a place in a template. Looking where nothing is gives a node without value.
type node struct{ value any }

func (n node) at(path ...any) node {
	for _, step := range path {
		switch key := step.(type) {
		case string:
			m, _ := n.value.(map[string]any)
			n = node{m[key]}
		case int:
			list, _ := n.value.([]any)
			if key >= len(list) {
				return node{}
			}
			n = node{list[key]}
		}
	}
	return n
}

func (n node) text() string {
	if n.value == nil {
		return ""
	}
	return fmt.Sprint(n.value)
}

// texts is a list of scalars; a scalar is a list of one, as in IAM.
func (n node) texts() []string {
	var all []string
	for _, item := range n.list() {
		all = append(all, item.text())
	}
	return all
}

func (n node) list() []node {
	switch v := n.value.(type) {
	case nil:
		return nil
	case []any:
		all := make([]node, len(v))
		for i, item := range v {
			all[i] = node{item}
		}
		return all
	default:
		return []node{n}
	}
}

func (n node) keys() []string {
	m, _ := n.value.(map[string]any)
	return slices.Sorted(maps.Keys(m))
}
