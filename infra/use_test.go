package infra_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/aws/smithy-go/encoding/cbor"

	"github.com/serinhq/serin/internal/awstest"
)

// envRole is what the SDK adds to its user agent. The stories name in it whose policy the process must do with.
const envRole = "AWS_SDK_UA_APP_ID"

// The roles, and the policies of each. Break-glass acts for a worker that is not there.
func policiesOf(role string) []string {
	return map[string][]string{
		"serin-worker": {"WorkerPolicy"}, "serin-reader": {"ReaderPolicy"}, "serin-operator": {"OperatorPolicy"},
		"serin-here": {"OperatorPolicy", "WorkerPolicy"},
	}[role]
}

// roleOf is whose policy a command line must do with.
func roleOf(args []string) string {
	switch {
	case args[0] == "worker":
		return "serin-worker"
	case slices.Contains(args, "--here"):
		return "serin-here"
	case slices.Contains([]string{"get", "describe", "history"}, args[0]):
		return "serin-reader"
	default:
		return "serin-operator"
	}
}

// use is one call as IAM checks it, with the names that stories make up replaced by those of everyList.
type use struct {
	role, action, resource string
	keys, attributes       string // of a write to the table: leading key and attributes, space-separated
	source, namespace      string // of an announcement, of a metric
	variables              string // of a build, space-separated
}

// uses is what the processes of all stories did.
type uses struct {
	mu      sync.Mutex
	seen    map[use]bool
	partial atomic.Bool // a story could not be told here
}

var used uses //nolint:gochecknoglobals // collected over all tests of this package

// note keeps what a call needed. One that was refused before its service read it tells nothing.
func (u *uses) note(c awstest.Call) {
	role := regexp.MustCompile(`\bapp/(serin-[a-z]+)`).FindStringSubmatch(c.Request.Header.Get("User-Agent"))
	if role == nil || c.Fault == "deny" || c.Fault == "throttle" || c.Fault == "error" || c.Service == "sts" {
		return // everybody may ask STS who they are
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.seen == nil {
		u.seen = map[use]bool{}
	}
	base := use{role: role[1], resource: canonical(c.Resource)}
	for _, one := range usesOf(c) {
		one.role, one.resource = base.role, base.resource
		u.seen[one] = true
	}
}

// usesOf are the actions of a call, with what IAM's condition keys see of each.
func usesOf(c awstest.Call) []use {
	switch c.Service + " " + c.Operation {
	case "dynamodb PutItem", "dynamodb UpdateItem", "dynamodb DeleteItem":
		return []use{writeOf("dynamodb:"+c.Operation, c.Body)}
	case "dynamodb TransactWriteItems":
		var in struct{ TransactItems []map[string]json.RawMessage }
		_ = json.Unmarshal(c.Body, &in) // what is no transaction needs no action, and its service refused it
		var all []use
		for _, item := range in.TransactItems {
			for kind, body := range item {
				all = append(all, writeOf("dynamodb:"+kind+"Item", body))
			}
		}
		return all
	}
	var all []use
	for _, action := range c.Actions() {
		all = append(all, use{action: action})
	}
	switch one := &all[0]; one.action {
	case "events:PutEvents":
		var in struct{ Entries []struct{ Source string } }
		_ = json.Unmarshal(c.Body, &in)
		one.source = in.Entries[0].Source
	case "codebuild:StartBuild":
		var in struct{ EnvironmentVariablesOverride []struct{ Name string } }
		_ = json.Unmarshal(c.Body, &in)
		for _, v := range in.EnvironmentVariablesOverride {
			one.variables += v.Name + " "
		}
	case "cloudwatch:PutMetricData":
		if body, err := cbor.Decode(c.Body); err == nil {
			one.namespace = string(body.(cbor.Map)["Namespace"].(cbor.String))
		}
	}
	return all
}

// writeOf is one write to the table. ("ConditionCheckItem" is the action of a ConditionCheck, too.)
func writeOf(action string, body []byte) use {
	var in struct {
		Item, Key                map[string]map[string]any
		ExpressionAttributeNames map[string]string
	}
	_ = json.Unmarshal(body, &in)
	item := in.Item
	if item == nil {
		item = in.Key
	}
	attributes := slices.AppendSeq(slices.Collect(maps.Keys(item)), maps.Values(in.ExpressionAttributeNames))
	slices.Sort(attributes)
	leading, _ := item["pk"]["S"].(string)
	return use{action: action, keys: leadingForm(leading), attributes: strings.Join(slices.Compact(attributes), " ")}
}

// leadingForm is a partition key without what a story made up: "CANARY#…".
func leadingForm(key string) string {
	if head, _, found := strings.Cut(key, "#"); found {
		return head + "#…"
	}
	return key
}

// canonical puts the resources that the policies are resolved for in the place of those that stories made.
func canonical(resource string) string {
	for pattern, name := range map[string]string{
		`dynamodb:us-east-1:[0-9]+:table/[^/]+`:                                 "<Table.Arn>",
		`sqs:us-east-1:[0-9]+:.+-events$`:                                       "<EventQueue.Arn>",
		`sqs:us-east-1:[0-9]+:.+-commands$`:                                     "<CommandQueue.Arn>",
		`lambda:us-east-1:[0-9]+:function:[^:]+`:                                "arn:aws:lambda:us-east-1:123456789012:function:checkout",
		`elasticloadbalancing:us-east-1:[0-9]+:listener/app(/[^/]+){3}$`:        "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/web/1a/2b",
		`elasticloadbalancing:us-east-1:[0-9]+:listener-rule/app(/[^/]+){4}$`:   "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/web/1a/2b/3c",
		`appconfig:us-east-1:[0-9]+:application/[^/]+`:                          "arn:aws:appconfig:us-east-1:123456789012:application/abc1234",
		`elasticbeanstalk:us-east-1:[0-9]+:environment/[^/]+/[^/]+$`:            "arn:aws:elasticbeanstalk:us-east-1:123456789012:environment/shop/shop-prod",
		`cloudformation:us-east-1:[0-9]+:stack/[^/]+/`:                          "arn:aws:cloudformation:us-east-1:123456789012:stack/orders/",
		`codebuild:us-east-1:[0-9]+:project/[^/]+$`:                             "arn:aws:codebuild:us-east-1:123456789012:project/smoke",
		`codepipeline:us-east-1:[0-9]+:[^:/]+`:                                  "arn:aws:codepipeline:us-east-1:123456789012:checkout-prod",
		`vpc-lattice:us-east-1:[0-9]+:service/[^/]+/listener/[^/]+$`:            "arn:aws:vpc-lattice:us-east-1:123456789012:service/svc-0a1b2c3d4e5f60718/listener/listener-0a1b2c3d4e5f60718",
		`vpc-lattice:us-east-1:[0-9]+:service/[^/]+/listener/[^/]+/rule/[^/]+$`: "arn:aws:vpc-lattice:us-east-1:123456789012:service/svc-0a1b2c3d4e5f60718/listener/listener-0a1b2c3d4e5f60718/rule/rule-0a1b2c3d4e5f60718",
		`apigateway:us-east-1::/restapis/[^/]+`:                                 "arn:aws:apigateway:us-east-1::/restapis/a1b2c3d4e5",
		`cloudfront::[0-9]+:distribution/.*`:                                    "arn:aws:cloudfront::123456789012:distribution/E1A2B3C4D5E6F7",
		`cloudfront::[0-9]+:continuous-deployment-policy/.*`:                    "arn:aws:cloudfront::123456789012:continuous-deployment-policy/0a1b2c3d-0000-4000-8000-000000000000",
		`apigateway:us-east-1::/apis/[^/]+`:                                     "arn:aws:apigateway:us-east-1::/apis/k1l2m3n4o5",
		`cloudfront::[0-9]+:key-value-store/[^/]+$`:                             "arn:aws:cloudfront::123456789012:key-value-store/0a1b2c3d-0000-4000-8000-000000000000",
		`s3:::[^/]+/canary-config.json$`:                                        "arn:aws:s3:::shop-site/canary-config.json",
		`s3:::[^/]+/releases/`:                                                  "arn:aws:s3:::shop-site/releases/",
		`route53:::hostedzone/[^/]+$`:                                           "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ",
		`codedeploy:us-east-1:[0-9]+:deploymentgroup:[^/]+/[^/]+$`:              "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:orders/prod",
		`ecs:us-east-1:[0-9]+:service/fleet/[^/]+$`:                             "arn:aws:ecs:us-east-1:123456789012:service/prod/web",
		`ecs:us-east-1:[0-9]+:task-set/[^/]+/[^/]+/`:                            "arn:aws:ecs:us-east-1:123456789012:task-set/prod/web/",
		`ecs:us-east-1:[0-9]+:service/prod/[^/]+$`:                              "arn:aws:ecs:us-east-1:123456789012:service/prod/checkout",
		`ecs:us-east-1:[0-9]+:service-deployment/[^/]+/[^/]+/`:                  "arn:aws:ecs:us-east-1:123456789012:service-deployment/prod/checkout/",
		`ecs:us-east-1:[0-9]+:service-revision/[^/]+/[^/]+/`:                    "arn:aws:ecs:us-east-1:123456789012:service-revision/prod/checkout/",
	} {
		if at := regexp.MustCompile(`^arn:aws:` + pattern).FindStringIndex(resource); at != nil {
			return name + resource[at[1]:]
		}
	}
	return resource
}
