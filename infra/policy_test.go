package infra_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func ownPolicies() []string { return []string{"WorkerPolicy", "ReaderPolicy", "OperatorPolicy"} }

// documentOf is a policy's document. The worker has two, which say what one would if it could be as long.
func documentOf(s stack, policy string) node {
	document := s.properties(policy).at("PolicyDocument")
	if policy != "WorkerPolicy" {
		return document
	}
	var both []any
	for _, part := range workerPolicies() {
		for _, statement := range s.properties(part).at("PolicyDocument", "Statement").list() {
			both = append(both, statement.value)
		}
	}
	return node{map[string]any{"Version": document.at("Version").value, "Statement": both}}
}

func workerPolicies() []string { return []string{"WorkerPolicy", "WorkerTargetsPolicy"} }

// actions that a document allows, each with its resources.
func grants(document node) map[string][]string {
	all := map[string][]string{}
	for _, statement := range document.at("Statement").list() {
		for _, action := range statement.at("Action").texts() {
			all[action] = append(all[action], statement.at("Resource").texts()...)
		}
	}
	return all
}

func TestWorkerPolicy_anEmptyListIsOff(t *testing.T) {
	families := map[string][]string{
		"LambdaFunctionArns": {
			"lambda:GetAlias", "lambda:GetFunctionConfiguration", "lambda:GetProvisionedConcurrencyConfig",
			"lambda:ListVersionsByFunction", "lambda:UpdateAlias",
		},
		"LatticeListenerArns":      {"vpc-lattice:GetListener", "vpc-lattice:ListTargets", "vpc-lattice:UpdateListener"},
		"LatticeRuleArns":          {"vpc-lattice:GetRule", "vpc-lattice:ListTargets", "vpc-lattice:UpdateRule"},
		"RestApiArns":              {"apigateway:GET", "apigateway:PATCH", "apigateway:POST"},
		"HttpApiArns":              {"apigateway:GET", "apigateway:PATCH"},
		"SiteConfigArns":           {"s3:GetObject", "s3:PutObject"},
		"SiteAssetArns":            {"s3:GetObject"},
		"SiteDistributionArns":     {"cloudfront:CreateInvalidation"},
		"SiteStoreArns":            {"cloudfront-keyvaluestore:DescribeKeyValueStore", "cloudfront-keyvaluestore:GetKey", "cloudfront-keyvaluestore:PutKey"},
		"HostedZoneArns":           {"route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets"},
		"AlbListenerArns":          {"elasticloadbalancing:ModifyListener"},
		"AlbRuleArns":              {"elasticloadbalancing:ModifyRule"},
		"AppConfigApplicationArns": {"appconfig:GetDeployment", "appconfig:ListDeployments", "appconfig:StopDeployment"},
		"BeanstalkEnvironmentArns": {
			"elasticbeanstalk:AbortEnvironmentUpdate", "elasticbeanstalk:DescribeEnvironments", "elasticbeanstalk:DescribeEvents",
		},
		"CloudFormationStackArns":    {"cloudformation:CancelUpdateStack", "cloudformation:DescribeStackEvents", "cloudformation:RollbackStack"},
		"CodeBuildProjectArns":       {"codebuild:BatchGetBuilds", "codebuild:ListBuildsForProject", "codebuild:StartBuild"},
		"CheckFunctionArns":          {"lambda:InvokeFunction"},
		"CloudFrontDistributionArns": {"cloudfront:GetDistribution", "cloudfront:UpdateDistribution", "cloudfront:UpdateDistributionWithStagingConfig"},
		"CloudFrontPolicyArns":       {"cloudfront:GetContinuousDeploymentPolicy", "cloudfront:UpdateContinuousDeploymentPolicy"},
		"PipelineArns": {
			"codepipeline:GetPipeline", "codepipeline:GetPipelineExecution", "codepipeline:GetPipelineState",
			"codepipeline:ListActionExecutions", "codepipeline:ListPipelineExecutions", "codepipeline:PutApprovalResult",
			"codepipeline:RollbackStage", "codepipeline:StopPipelineExecution",
		},
		"CodeDeployGroupArns": {
			"codedeploy:ContinueDeployment", "codedeploy:GetDeployment",
			"codedeploy:GetDeploymentTarget", "codedeploy:ListDeploymentTargets", "codedeploy:ListDeployments",
			"codedeploy:PutLifecycleEventHookExecutionStatus", "codedeploy:StopDeployment",
		},
		"EcsTaskSetServiceArns": {"ecs:DescribeTaskSets", "ecs:UpdateServicePrimaryTaskSet", "ecs:UpdateTaskSet"},
		"EcsServiceArns": {
			"ecs:ContinueServiceDeployment", "ecs:DescribeServiceDeployments", "ecs:DescribeServiceRevisions",
			"ecs:ListServiceDeployments", "ecs:StopServiceDeployment",
		},
	}
	always := grants(documentOf(resolve(t, nil), "WorkerPolicy"))
	for list, want := range families {
		var got []string
		for action := range grants(documentOf(resolve(t, map[string]string{list: everyList()[list]}), "WorkerPolicy")) {
			if always[action] == nil && !strings.HasPrefix(action, "elasticloadbalancing:Describe") {
				got = append(got, action)
			}
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("what %s adds (-want +got):\n%s", list, diff)
		}
	}
	for action := range always {
		if service, _, _ := strings.Cut(action, ":"); !slices.Contains([]string{"sqs", "dynamodb", "events", "cloudwatch"}, service) {
			t.Errorf("%s is allowed with every list empty", action)
		}
	}
}

func TestWorkerPolicy_namesTheResourceThatIAMChecks(t *testing.T) {
	lists := everyList()
	document := documentOf(resolve(t, lists), "WorkerPolicy")
	const ecs = "arn:aws:ecs:us-east-1:123456789012:"
	const function, pipeline = "arn:aws:lambda:us-east-1:123456789012:function:", "arn:aws:codepipeline:us-east-1:123456789012:"
	const lb = "arn:aws:elasticloadbalancing:us-east-1:123456789012:"
	for _, tc := range []struct {
		action, resource string
		allowed          bool
	}{
		{"lambda:UpdateAlias", function + "checkout", true},
		{"lambda:UpdateAlias", function + "pay-cards", true},
		{"lambda:UpdateAlias", function + "search", false},
		{"lambda:GetFunctionConfiguration", function + "checkout:42", true},
		{"lambda:GetProvisionedConcurrencyConfig", function + "checkout:live", true},
		{"lambda:GetProvisionedConcurrencyConfig", function + "search:live", false},
		{"elasticloadbalancing:ModifyListener", lb + "listener/app/web/1a/2b", true},
		{"elasticloadbalancing:ModifyListener", lb + "listener/app/web/1a/9f", false},
		{"elasticloadbalancing:ModifyRule", lb + "listener-rule/app/shop/3c/4d/77", true},
		{"elasticloadbalancing:ModifyRule", lb + "listener-rule/app/web/1a/2b/77", false},
		{"codepipeline:PutApprovalResult", pipeline + "checkout-prod/Canary/Gate", true},
		{"codepipeline:PutApprovalResult", pipeline + "web-prod/Deploy/Gate", true},
		{"codepipeline:PutApprovalResult", pipeline + "other/Deploy/Gate", false},
		{"appconfig:StopDeployment", "arn:aws:appconfig:us-east-1:123456789012:application/abc1234/environment/e/deployment/3", true},
		{"appconfig:StopDeployment", "arn:aws:appconfig:us-east-1:123456789012:application/other/environment/e/deployment/3", false},
		{"elasticbeanstalk:AbortEnvironmentUpdate", "arn:aws:elasticbeanstalk:us-east-1:123456789012:environment/shop/pay-eu", true},
		{"elasticbeanstalk:AbortEnvironmentUpdate", "arn:aws:elasticbeanstalk:us-east-1:123456789012:environment/shop/dev", false},
		{"cloudformation:CancelUpdateStack", "arn:aws:cloudformation:us-east-1:123456789012:stack/orders/1a", true},
		{"cloudformation:CancelUpdateStack", "arn:aws:cloudformation:us-east-1:123456789012:stack/other/1a", false},
		{"codebuild:StartBuild", "arn:aws:codebuild:us-east-1:123456789012:project/smoke", true},
		{"codebuild:StartBuild", "arn:aws:codebuild:us-east-1:123456789012:project/deploy", false},
		{"lambda:InvokeFunction", function + "verify-checkout", true},
		{"lambda:InvokeFunction", function + "search", false},
		{"codepipeline:RollbackStage", pipeline + "web-prod/Deploy", true},
		{"codepipeline:RollbackStage", pipeline + "other/Deploy", false},
		{"codepipeline:StopPipelineExecution", pipeline + "web-prod", true},
		{"codepipeline:StopPipelineExecution", pipeline + "other", false},
		{"codedeploy:GetDeployment", "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:orders/prod", true},
		{"codedeploy:GetDeployment", "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:orders/dev", false},
		{"ecs:ListServiceDeployments", ecs + "service/prod/checkout", true},
		{"ecs:ListServiceDeployments", ecs + "service/dev/checkout", false},
		{"ecs:StopServiceDeployment", ecs + "service-deployment/prod/checkout/1a", true},
		{"ecs:StopServiceDeployment", ecs + "service/prod/pay-eu", true},
		{"ecs:StopServiceDeployment", ecs + "service-deployment/prod/pay-eu/1a", true},
		{"ecs:StopServiceDeployment", ecs + "service-deployment/prod/other/1a", false},
		{"ecs:DescribeServiceRevisions", ecs + "service-revision/prod/checkout/1", true},
		{"apigateway:PATCH", "arn:aws:apigateway:us-east-1::/restapis/a1b2c3d4e5/stages/prod", true},
		{"apigateway:POST", "arn:aws:apigateway:us-east-1::/restapis/f6g7h8i9j0/deployments", true},
		{"apigateway:GET", "arn:aws:apigateway:us-east-1::/restapis/f6g7h8i9j0/deployments/k1l2m3", true},
		{"apigateway:PATCH", "arn:aws:apigateway:us-east-1::/restapis/a1b2c3d4e5", false},
		{"apigateway:PATCH", "arn:aws:apigateway:us-east-1::/restapis/other/stages/prod", false},
		{"apigateway:POST", "arn:aws:apigateway:us-east-1::/apis/k1l2m3n4o5/deployments", false},
		{"ecs:UpdateTaskSet", ecs + "task-set/prod/web/ecs-svc/1", true},
		{"ecs:UpdateTaskSet", ecs + "task-set/prod/checkout/ecs-svc/1", false},
		{"ecs:UpdateServicePrimaryTaskSet", ecs + "service/prod/web", true},
		{"cloudfront:UpdateDistribution", "arn:aws:cloudfront::123456789012:distribution/E7F6E5D4C3B2A1", true},
		{"cloudfront:UpdateDistribution", "arn:aws:cloudfront::123456789012:distribution/E0", false},
		{"dynamodb:Query", "<Table.Arn>/index/by-wake", true},
		{"dynamodb:PutItem", "<Table.Arn>", true},
		{"dynamodb:DeleteTable", "<Table.Arn>", false},
		{"sqs:ReceiveMessage", "<CommandQueue.Arn>", true},
		{"sqs:SendMessage", "<CommandQueue.Arn>", false},
		{"sqs:ReceiveMessage", "<DeadLetterQueue.Arn>", false},
	} {
		if got := judge(t, document, request{action: tc.action, resource: tc.resource}).Allowed; got != tc.allowed {
			t.Errorf("%s on %s: allowed %v, want %v", tc.action, tc.resource, got, tc.allowed)
		}
	}
}

// Calls for which IAM knows no resource, and which are no reads. Nothing else may be written without one.
func TestPolicies_neverWriteToEverything(t *testing.T) {
	unlimited := []string{"cloudwatch:PutMetricData", "codedeploy:ContinueDeployment", "codedeploy:PutLifecycleEventHookExecutionStatus", "codedeploy:StopDeployment"}
	for _, params := range []map[string]string{nil, with(everyList(), onFargate())} {
		s := resolve(t, params)
		for _, policy := range ownPolicies() {
			for action, resources := range grants(documentOf(s, policy)) {
				if strings.Contains(action, "*") {
					t.Errorf("%s allows %s", policy, action)
				}
				excepted := policy == "WorkerPolicy" && slices.Contains(unlimited, action)
				if slices.Contains(resources, "*") && !isRead(action) && !excepted {
					t.Errorf("%s allows %s on everything", policy, action)
				}
			}
		}
	}
}

func isRead(action string) bool {
	_, name, _ := strings.Cut(action, ":")
	return name == "GET" || strings.HasPrefix(name, "Get") || strings.HasPrefix(name, "List") || strings.HasPrefix(name, "Describe")
}

func TestWorkerPolicy_putsOnlyItsOwnMetricsAndAnnouncements(t *testing.T) {
	document := documentOf(resolve(t, map[string]string{"EventBusName": "releases"}), "WorkerPolicy")
	const bus = "arn:aws:events:us-east-1:123456789012:event-bus/"
	for _, tc := range []struct {
		action, resource, key, value string
		allowed                      bool
	}{
		{"cloudwatch:PutMetricData", "*", "cloudwatch:namespace", "Serin", true},
		{"cloudwatch:PutMetricData", "*", "cloudwatch:namespace", "AWS/Lambda", false},
		{"events:PutEvents", bus + "releases", "events:source", "serin", true},
		{"events:PutEvents", bus + "releases", "events:source", "shop", false},
		{"events:PutEvents", bus + "default", "events:source", "serin", false},
	} {
		r := request{action: tc.action, resource: tc.resource, context: map[string]string{tc.key: tc.value}}
		if got := judge(t, document, r).Allowed; got != tc.allowed {
			t.Errorf("%s on %s with %s=%s: allowed %v, want %v", tc.action, tc.resource, tc.key, tc.value, got, tc.allowed)
		}
	}
}

func TestWorkerPolicy_startsBuildsAsTheirProjectsAre(t *testing.T) {
	document := documentOf(resolve(t, everyList()), "WorkerPolicy")
	const names = "codebuild:environment.environmentVariables.name"
	for _, tc := range []struct {
		key     string
		values  []string
		allowed bool
	}{
		{names, []string{"SERIN_CHECK", "SERIN_VERSION"}, true},
		{names, []string{"SERIN_CHECK", "BASH_ENV"}, false},
		{"codebuild:source.buildspec", []string{"true"}, false},
		{"codebuild:source.location", []string{"https://example.com/repo"}, false},
		{"codebuild:secondarySources", []string{"true"}, false},
		{"codebuild:environment.image", []string{"example.com/image"}, false},
	} {
		r := request{action: "codebuild:StartBuild", resource: "arn:aws:codebuild:us-east-1:123456789012:project/smoke", sets: map[string][]string{tc.key: tc.values}}
		if got := judge(t, document, r).Allowed; got != tc.allowed {
			t.Errorf("a build with %s %v: allowed %v", tc.key, tc.values, got)
		}
	}
}

func TestReaderPolicy_onlyReads(t *testing.T) {
	for action := range grants(documentOf(resolve(t, everyList()), "ReaderPolicy")) {
		if !isRead(action) && action != "dynamodb:Query" {
			t.Errorf("a reader may %s", action)
		}
	}
}

func TestOperatorPolicy_isAReaderWhoMayCommandAndDefine(t *testing.T) {
	for _, params := range []map[string]string{nil, everyList()} {
		s := resolve(t, params)
		got := documentOf(s, "OperatorPolicy").at("Statement").value.([]any)
		reads := documentOf(s, "ReaderPolicy").at("Statement").value.([]any)
		if diff := cmp.Diff(reads, got[len(got)-len(reads):]); diff != "" {
			t.Errorf("reads (-reader +operator):\n%s", diff)
		}
		if own := len(got) - len(reads); own != 2 {
			t.Errorf("%d statements of its own, want commands and definitions", own)
		}
	}
	document := documentOf(resolve(t, nil), "OperatorPolicy")
	definition := []string{"pk", "sk", "canary", "definition", "schema", "applied_at", "applied_by", "file", "op_id", "doc"}
	for _, tc := range []struct {
		action, resource, key string
		attributes            []string
		allowed               bool
	}{
		{"sqs:SendMessage", "<CommandQueue.Arn>", "", nil, true},
		{"sqs:SendMessage", "<EventQueue.Arn>", "", nil, false},
		{"sqs:ReceiveMessage", "<CommandQueue.Arn>", "", nil, false},
		{"dynamodb:PutItem", "<Table.Arn>", "CANARY", definition, true},
		{"dynamodb:PutItem", "<Table.Arn>", "CANARY#checkout", definition, true},
		{"dynamodb:PutItem", "<Table.Arn>", "CANARY#checkout", append(definition, "phase"), false},
		{"dynamodb:PutItem", "<Table.Arn>", "CANARY#checkout", []string{"pk", "sk", "active", "rev"}, false},
		{"dynamodb:PutItem", "<Table.Arn>", "RELEASE#01KA", definition, false},
		{"dynamodb:DeleteItem", "<Table.Arn>", "CANARY", []string{"pk", "sk", "definition"}, true},
		{"dynamodb:DeleteItem", "<Table.Arn>", "TARGET#lambda#checkout:live", []string{"pk", "sk"}, false},
		{"dynamodb:UpdateItem", "<Table.Arn>", "CANARY#checkout", definition, false},
	} {
		r := request{action: tc.action, resource: tc.resource, sets: map[string][]string{
			"dynamodb:LeadingKeys": {tc.key}, "dynamodb:Attributes": tc.attributes,
		}}
		if got := judge(t, document, r).Allowed; got != tc.allowed {
			t.Errorf("%s on %s %s with %v: allowed %v, want %v", tc.action, tc.resource, tc.key, tc.attributes, got, tc.allowed)
		}
	}
}

// A managed policy holds 6,144 characters, white space not counted (IAM quotas). What the lists may take is what is left:
// hardly an account has every kind at once.
func TestPolicies_leaveRoomForTheLists(t *testing.T) {
	s := resolve(t, firstOfEveryList())
	for _, policy := range append(workerPolicies(), "ReaderPolicy", "OperatorPolicy") {
		text, err := json.Marshal(s.properties(policy).at("PolicyDocument").value)
		if err != nil {
			t.Fatal(err)
		}
		if len(text) > 5000 {
			t.Errorf("%s takes %d characters with one ARN of each kind", policy, len(text))
		}
	}
}

// What IAM sees of a batch: every action, type and name in it.
func TestWorkerPolicy_replacesOnlyTheRecordsItMay(t *testing.T) {
	const zone = "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ"
	for _, tc := range []struct {
		names, actions, types, changed string
		allowed                        bool
	}{
		{"", "CREATE DELETE", "A", "any.example.com", true},
		{"", "UPSERT", "A", "any.example.com", false},
		{"", "CREATE DELETE", "NS", "example.com", false},
		{"api.example.com,www.example.com", "CREATE DELETE", "AAAA", "www.example.com", true},
		{"api.example.com,www.example.com", "CREATE DELETE", "A", "mail.example.com", false},
	} {
		document := documentOf(resolve(t, map[string]string{"HostedZoneArns": zone, "RecordNames": tc.names}), "WorkerPolicy")
		const key = "route53:ChangeResourceRecordSets"
		r := request{action: key, resource: zone, sets: map[string][]string{
			key + "Actions": strings.Fields(tc.actions), key + "RecordTypes": {tc.types}, key + "NormalizedRecordNames": {tc.changed},
		}}
		if got := judge(t, document, r).Allowed; got != tc.allowed {
			t.Errorf("%+v: allowed %v", tc, got)
		}
	}
}
