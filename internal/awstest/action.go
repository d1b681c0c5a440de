package awstest

import (
	"encoding/json"
	"slices"
)

// Actions are the IAM actions the call needs, sorted: "lambda:UpdateAlias". They are not always the operation: a batch
// is checked as its single form, a DynamoDB transaction as the writes in it (service authorization reference).
func (c Call) Actions() []string {
	switch c.Service {
	case "monitoring":
		return []string{"cloudwatch:" + c.Operation}
	case "cloudfront":
		if c.Operation == "UpdateDistributionWithStagingConfig" { // IAM checks what it does, too (AWS note 3.5)
			return []string{"cloudfront:GetDistribution", "cloudfront:UpdateDistribution", "cloudfront:" + c.Operation}
		}
	case "s3":
		if c.Operation == "HeadObject" {
			return []string{"s3:GetObject"}
		}
	case "lambda":
		if c.Operation == "Invoke" {
			return []string{"lambda:InvokeFunction"}
		}
	case "apigateway": // both kinds of API: IAM knows methods and paths
		return []string{"apigateway:" + c.Request.Method}
	case "sqs":
		switch c.Operation {
		case "SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch":
			return []string{"sqs:" + c.Operation[:len(c.Operation)-len("Batch")]}
		}
	case "dynamodb":
		switch c.Operation {
		case "TransactWriteItems":
			if actions := transactActions(c.Body); len(actions) > 0 {
				return actions
			}
		case "TransactGetItems":
			return []string{"dynamodb:GetItem"}
		}
	}
	return []string{c.Service + ":" + c.Operation}
}

func transactActions(body []byte) []string {
	var in struct{ TransactItems []map[string]json.RawMessage }
	if json.Unmarshal(body, &in) != nil {
		return nil
	}
	names := map[string]string{"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
	var actions []string
	for _, item := range in.TransactItems {
		for kind := range item {
			actions = append(actions, "dynamodb:"+names[kind])
		}
	}
	slices.Sort(actions)
	return slices.Compact(actions)
}
