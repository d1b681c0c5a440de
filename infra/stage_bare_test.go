package infra_test

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// bareStage has the template's table and queues, made straight away, and no rules: of a hundred stages side by side each
// would get every other's events.
func bareStage(t *testing.T, name string) *stage {
	t.Helper()
	c := sky.cloud(t)
	template := resolve(t, map[string]string{"Name": name})
	queues := sqs.NewFromConfig(c.Config("operator"))
	queue := func(id string) string {
		p := template.properties(id)
		made, err := queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{
			QueueName: aws.String(p.at("QueueName").text()), Attributes: map[string]string{"VisibilityTimeout": p.at("VisibilityTimeout").text()},
		})
		if err != nil {
			t.Fatal(err)
		}
		return *made.QueueUrl
	}
	table := tableOf(t, template)
	if _, err := dynamodb.NewFromConfig(c.Config("operator")).CreateTable(t.Context(), table); err != nil {
		t.Fatal(err)
	}
	s := c.furnish(t, name, map[string]string{
		"TableName": *table.TableName, "QueueUrl": queue("EventQueue"), "CommandQueueUrl": queue("CommandQueue"),
	})
	s.send = func(event []byte) error { return s.Send(s.outputs["QueueUrl"], string(event)) }
	return s
}

// tableOf is the template's table as CreateTable wants it: the same names, but for what a table is given later.
func tableOf(t *testing.T, template stack) *dynamodb.CreateTableInput {
	t.Helper()
	var in struct {
		TableName              string
		AttributeDefinitions   []types.AttributeDefinition
		KeySchema              []types.KeySchemaElement
		GlobalSecondaryIndexes []types.GlobalSecondaryIndex
	}
	text, err := json.Marshal(template.properties(template.ofType("AWS::DynamoDB::Table")[0]).value)
	if err == nil {
		err = json.Unmarshal(text, &in)
	}
	if err != nil {
		t.Fatal(err)
	}
	return &dynamodb.CreateTableInput{
		TableName: &in.TableName, AttributeDefinitions: in.AttributeDefinitions, KeySchema: in.KeySchema,
		GlobalSecondaryIndexes: in.GlobalSecondaryIndexes, BillingMode: types.BillingModePayPerRequest,
	}
}
