package awstest

import (
	"encoding/json"
	"net/url"
	"strings"
)

// resourceOf is the resource IAM checks the call against, by the service authorization reference: an ARN, or "*" for a
// call that knows none. A stand-in's own word (Answer.Resource) replaces it.
func resourceOf(c Call) string {
	res := ""
	switch c.Service {
	case "dynamodb":
		res = dynamoDBResource(c)
	case "sqs":
		res = sqsResource(c)
	case "events":
		res = eventsResource(c)
	case "lambda":
		res = lambdaResource(c)
	case "elasticloadbalancing":
		res = elbResource(c)
	case "codepipeline":
		res = codePipelineResource(c)
	case "apigateway":
		res = gatewayResource(c)
	case "cloudfront":
		res = cloudFrontResource(c)
	case "cloudfront-keyvaluestore":
		res = keyValueStoreResource(c)
	case "s3":
		res = s3Resource(c)
	}
	if res == "" {
		return "*"
	}
	return res
}

// arn builds an ARN of the World's account, unless name is one already.
func arn(service, region, name string) string {
	bare := name[strings.LastIndex(name, "/")+1:]
	switch {
	case bare == "" && !strings.HasPrefix(name, "arn:"):
		return ""
	case strings.HasPrefix(name, "arn:"):
		return name
	}
	return "arn:aws:" + service + ":" + region + ":" + Account + ":" + name
}

func dynamoDBResource(c Call) string {
	type op struct{ TableName string }
	var in struct {
		TableName, IndexName string
		TransactItems        []map[string]op
		RequestItems         map[string]any
	}
	if json.Unmarshal(c.Body, &in) != nil {
		return ""
	}
	table := in.TableName
	for _, item := range in.TransactItems {
		for _, o := range item {
			table = o.TableName
		}
	}
	for name := range in.RequestItems {
		table = name
	}
	if table == "" {
		return ""
	}
	if !strings.HasPrefix(table, "arn:") {
		table = arn("dynamodb", c.Region, "table/"+table)
	}
	if in.IndexName != "" {
		return table + "/index/" + in.IndexName
	}
	return table
}

func sqsResource(c Call) string {
	var in struct{ QueueUrl, QueueName string } //nolint:revive // the API's own name
	if json.Unmarshal(c.Body, &in) != nil {
		return ""
	}
	name := in.QueueName
	if in.QueueUrl != "" {
		name = in.QueueUrl[strings.LastIndex(in.QueueUrl, "/")+1:]
	}
	return arn("sqs", c.Region, name)
}

// eventsResource is the bus of a PutEvents, the rule of anything else.
func eventsResource(c Call) string {
	var in struct {
		Name, Rule, EventBusName string
		Entries                  []struct{ EventBusName string }
	}
	if json.Unmarshal(c.Body, &in) != nil {
		return ""
	}
	bus := in.EventBusName
	for _, e := range in.Entries {
		bus = e.EventBusName
	}
	if bus == "" {
		bus = "default"
	}
	if name := in.Name + in.Rule; name != "" {
		if bus == "default" {
			return arn("events", c.Region, "rule/"+name)
		}
		return arn("events", c.Region, "rule/"+bus+"/"+name)
	}
	if strings.HasPrefix(bus, "arn:") {
		return bus
	}
	return arn("events", c.Region, "event-bus/"+bus)
}

// lambdaResource is the function; IAM checks alias and version operations against it too.
func lambdaResource(c Call) string {
	_, rest, found := strings.Cut(c.Request.URL.EscapedPath(), "/functions/")
	if !found {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	name, err := url.PathUnescape(name)
	if err != nil || name == "" || strings.HasPrefix(name, "arn:") {
		return name
	}
	return arn("lambda", c.Region, "function:"+name)
}

// elbResource is what a write names; the Describe operations know no resource.
func elbResource(c Call) string {
	form, err := url.ParseQuery(string(c.Body))
	if err != nil || strings.HasPrefix(c.Operation, "Describe") {
		return ""
	}
	for _, k := range []string{"RuleArn", "ListenerArn", "TargetGroupArn", "LoadBalancerArn"} {
		if v := form.Get(k); v != "" {
			return v
		}
	}
	return ""
}

// codePipelineResource is the pipeline, or the action of an approval.
func codePipelineResource(c Call) string {
	var in struct {
		Name, PipelineName    string
		StageName, ActionName string
	}
	if json.Unmarshal(c.Body, &in) != nil || in.Name+in.PipelineName == "" {
		return ""
	}
	name := in.Name + in.PipelineName
	if c.Operation == "PutApprovalResult" {
		name += "/" + in.StageName + "/" + in.ActionName
	} else if c.Operation == "RollbackStage" && in.StageName != "" {
		name += "/" + in.StageName
	}
	return arn("codepipeline", c.Region, name)
}
