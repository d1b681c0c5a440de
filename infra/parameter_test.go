package infra_test

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTemplate_needsNoParameter(t *testing.T) {
	s := resolve(t, nil)
	got := map[string]string{}
	for _, name := range s.parameters.keys() {
		got[name] = s.parameters.at(name, "Default").text()
		if s.parameters.at(name, "Description").text() == "" {
			t.Errorf("parameter %s has no description", name)
		}
	}
	want := map[string]string{
		"Name": "serin", "EventBusName": "default", "OperatorArns": "", "AlarmTopicArn": "",
		"LambdaFunctionArns": "", "AlbListenerArns": "", "AlbRuleArns": "", "PipelineArns": "", "CodeDeployGroupArns": "", "HostedZoneArns": "", "RecordNames": "", "SiteDistributionArns": "", "SiteStoreArns": "", "SiteAssetArns": "", "SiteConfigArns": "", "EcsServiceArns": "", "EcsTaskSetServiceArns": "", "LatticeRuleArns": "", "LatticeListenerArns": "", "RestApiArns": "", "HttpApiArns": "", "CloudFrontDistributionArns": "", "CloudFrontPolicyArns": "",
		"CodeBuildProjectArns": "", "CheckFunctionArns": "",
		"AppConfigApplicationArns": "", "BeanstalkEnvironmentArns": "", "CloudFormationStackArns": "",
		"Worker": "none", "Image": "", "Subnets": "", "SecurityGroups": "", "AssignPublicIp": "DISABLED",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("parameters and their defaults (-want +got):\n%s", diff)
	}
}

func TestTemplate_givesWhatTheWorkerAndPeopleNeed(t *testing.T) {
	s := resolve(t, nil)
	got := map[string]string{}
	for _, name := range s.outputs.keys() {
		got[name] = s.outputs.at(name, "Value").text()
	}
	want := map[string]string{
		"QueueUrl": "<EventQueue>", "CommandQueueUrl": "<CommandQueue>", "DeadLetterQueueUrl": "<DeadLetterQueue>",
		"TableName": "<Table>", "WorkerPolicyArn": "<WorkerPolicy>", "WorkerTargetsPolicyArn": "<WorkerTargetsPolicy>", "ReaderPolicyArn": "<ReaderPolicy>",
		"OperatorPolicyArn": "<OperatorPolicy>",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
}

// What a parameter lets through decides what the worker may touch.
func TestParameters_refuseWhatWouldAllowTooMuch(t *testing.T) {
	const account = "us-east-1:123456789012:"
	const lb, lambda = "arn:aws:elasticloadbalancing:" + account, "arn:aws:lambda:" + account
	const pipeline, deploy = "arn:aws:codepipeline:" + account, "arn:aws:codedeploy:" + account
	const ecs = "arn:aws:ecs:" + account
	const build = "arn:aws:codebuild:" + account
	const lattice = "arn:aws:vpc-lattice:" + account + "service/"
	for _, tc := range []struct {
		parameter      string
		taken, refused []string
	}{
		{
			"Name",
			[]string{"serin", "serin-blue", "abc"},
			[]string{"", "ab", "Serin", "9serin", "serin_blue", "a234567890123456789012345678901234567890"},
		},
		{
			"OperatorArns",
			[]string{
				"", "arn:aws:iam::123456789012:role/oncall", "arn:aws:iam::123456789012:user/ann", "arn:aws-cn:iam::123456789012:role/a/b",
				"arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Ops_*",
			},
			[]string{
				"*", "oncall", "arn:aws:iam::123456789012:role/*", "arn:aws:iam::*:role/oncall", "arn:aws:iam::123456789012:root",
				"arn:aws:sts::123456789012:assumed-role/oncall/ann", "arn:aws:iam::123456789012:role/?ncall",
			},
		},
		{
			"LambdaFunctionArns",
			[]string{"", lambda + "function:checkout", lambda + "function:checkout-*"},
			[]string{"*", lambda + "function:*", lambda + "function:checkout:live", "arn:aws:lambda:*:123456789012:function:checkout"},
		},
		{
			"AlbListenerArns",
			[]string{"", lb + "listener/app/web/1a/2b", lb + "listener/app/web/1a/*"},
			[]string{"*", lb + "listener/app/*", lb + "listener/net/web/1a/2b", lb + "listener-rule/app/web/1a/2b/3c"},
		},
		{
			"AlbRuleArns",
			[]string{"", lb + "listener-rule/app/web/1a/2b/3c", lb + "listener-rule/app/web/1a/2b/*"},
			[]string{"*", lb + "listener-rule/app/web/*", lb + "listener/app/web/1a/2b"},
		},
		{
			"PipelineArns",
			[]string{"", pipeline + "checkout-prod", pipeline + "checkout-*"},
			[]string{"*", pipeline + "*", pipeline + "checkout-prod/Canary/Gate", pipeline + "webhook:x"},
		},
		{
			"CodeDeployGroupArns",
			[]string{"", deploy + "deploymentgroup:orders/prod", deploy + "deploymentgroup:orders/*", deploy + "deploymentgroup:my app/eu 1"},
			[]string{"*", deploy + "deploymentgroup:*/*", deploy + "deploymentgroup:*", deploy + "application:orders"},
		},
		{
			"AppConfigApplicationArns",
			[]string{"", "arn:aws:appconfig:" + account + "application/abc1234"},
			[]string{"*", "arn:aws:appconfig:" + account + "application/*", "arn:aws:appconfig:" + account + "application/abc1234/environment/def5678"},
		},
		{
			"BeanstalkEnvironmentArns",
			[]string{"", "arn:aws:elasticbeanstalk:" + account + "environment/my shop/shop-prod", "arn:aws:elasticbeanstalk:" + account + "environment/shop/shop-*"},
			[]string{"*", "arn:aws:elasticbeanstalk:" + account + "environment/*", "arn:aws:elasticbeanstalk:" + account + "environment/shop/*"},
		},
		{
			"CloudFormationStackArns",
			[]string{"", "arn:aws:cloudformation:" + account + "stack/orders/*", "arn:aws:cloudformation:" + account + "stack/orders-*/*"},
			[]string{"*", "arn:aws:cloudformation:" + account + "stack/*", "arn:aws:cloudformation:" + account + "stack/*/*", "arn:aws:cloudformation:" + account + "stackset/orders:*"},
		},
		{
			"CodeBuildProjectArns",
			[]string{"", build + "project/smoke", build + "project/smoke-*"},
			[]string{"*", build + "project/*", build + "build/smoke:1", "smoke"},
		},
		{
			"CheckFunctionArns",
			[]string{"", lambda + "function:verify", lambda + "function:verify-*"},
			[]string{"*", lambda + "function:*", lambda + "function:verify:live"},
		},
		{
			"LatticeListenerArns",
			[]string{"", lattice + "svc-0a/listener/listener-0b"},
			[]string{"*", lattice + "*", lattice + "svc-0a/listener/*", lattice + "svc-0a/listener/listener-0b/rule/rule-0c"},
		},
		{
			"LatticeRuleArns",
			[]string{"", lattice + "svc-0a/listener/listener-0b/rule/rule-0c", lattice + "svc-0a/listener/listener-0b/rule/*"},
			[]string{"*", lattice + "svc-0a/*", lattice + "svc-0a/listener/listener-0b"},
		},
		{
			"EcsTaskSetServiceArns",
			[]string{"", ecs + "service/prod/web", ecs + "service/prod/web-*"},
			[]string{"*", ecs + "service/prod/*", ecs + "task-set/prod/web/ecs-svc/1"},
		},
		{
			"EcsServiceArns",
			[]string{"", ecs + "service/prod/checkout", ecs + "service/prod/checkout-*"},
			[]string{"*", ecs + "service/*", ecs + "service/prod/*", ecs + "service/checkout", ecs + "service-deployment/prod/checkout/1a"},
		},
		{
			"RestApiArns",
			[]string{"", "arn:aws:apigateway:us-east-1::/restapis/a1b2c3d4e5"},
			[]string{"*", "a1b2c3d4e5", "arn:aws:apigateway:us-east-1::/restapis/*", "arn:aws:apigateway:us-east-1::/apis/a1b2c3d4e5", "arn:aws:apigateway:us-east-1::/restapis/a1b2c3d4e5/stages/prod"},
		},
		{
			"HttpApiArns",
			[]string{"", "arn:aws:apigateway:us-east-1::/apis/a1b2c3d4e5"},
			[]string{"*", "arn:aws:apigateway:us-east-1::/apis/*", "arn:aws:apigateway:us-east-1::/restapis/a1b2c3d4e5"},
		},
		{
			"CloudFrontDistributionArns",
			[]string{"", "arn:aws:cloudfront::123456789012:distribution/E1A2B3"},
			[]string{"*", "arn:aws:cloudfront::123456789012:distribution/*", "arn:aws:cloudfront::123456789012:continuous-deployment-policy/0a1b-2c", "E1A2B3"},
		},
		{
			"CloudFrontPolicyArns",
			[]string{"", "arn:aws:cloudfront::123456789012:continuous-deployment-policy/0a1b-2c"},
			[]string{"*", "arn:aws:cloudfront::123456789012:continuous-deployment-policy/*", "arn:aws:cloudfront::123456789012:distribution/E1A2B3"},
		},
		{
			"SiteConfigArns",
			[]string{"", "arn:aws:s3:::shop/canary-config.json", "arn:aws:s3:::shop/a/b.json"},
			[]string{"*", "arn:aws:s3:::shop/*", "arn:aws:s3:::shop/*.json", "arn:aws:s3:::*/canary-config.json", "arn:aws:s3:::shop"},
		},
		{
			"SiteAssetArns",
			[]string{"", "arn:aws:s3:::shop/releases/*", "arn:aws:s3:::shop/*"},
			[]string{"*", "arn:aws:s3:::*", "arn:aws:s3:::*/releases/*", "arn:aws:s3:::shop"},
		},
		{
			"SiteDistributionArns",
			[]string{"", "arn:aws:cloudfront::123456789012:distribution/E1A2B3"},
			[]string{"*", "arn:aws:cloudfront::123456789012:distribution/*", "arn:aws:cloudfront::123456789012:*"},
		},
		{
			"SiteStoreArns",
			[]string{"", "arn:aws:cloudfront::123456789012:key-value-store/0a1b2c3d-0000-4000-8000-000000000000"},
			[]string{"*", "arn:aws:cloudfront::123456789012:key-value-store/*", "arn:aws:cloudfront::123456789012:distribution/E1A2B3", "shop"},
		},
		{
			"HostedZoneArns",
			[]string{"", "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ"},
			[]string{"*", "arn:aws:route53:::hostedzone/*", "arn:aws:route53:::hostedzone/Z0/x", "Z0123456789ABCDEFGHIJ"},
		},
		{
			"RecordNames",
			[]string{"", "api.example.com", `\052.example.com`},
			[]string{"*", "*.example.com", "API.example.com", "api.example.com."},
		},
		{"Subnets", []string{"", "subnet-0a1b", "subnet-0a,subnet-0b"}, []string{"0a1b", "subnet-0a,", "subnet-0a subnet-0b"}},
		{"SecurityGroups", []string{"", "sg-0a1b", "sg-0a,sg-0b"}, []string{"0a1b", "sg-0a,"}},
	} {
		pattern := regexp.MustCompile(resolve(t, nil).parameters.at(tc.parameter, "AllowedPattern").text())
		for _, value := range tc.taken {
			if !pattern.MatchString(value) {
				t.Errorf("%s refuses %q", tc.parameter, value)
			}
		}
		for _, value := range tc.refused {
			if pattern.MatchString(value) {
				t.Errorf("%s takes %q", tc.parameter, value)
			}
		}
	}
}
