package infra_test

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/serinhq/serin/internal/awstest"
)

// evidence collects what the judge reads.
func (x *torment) evidence() evidence {
	x.t.Helper()
	e := evidence{
		trials: x.trials, ledger: x.ledger(), refused: x.Ledger().Refused(), table: sortTable(x.scan()), weights: map[string]float64{}, poison: poison(), dead: x.deadLetters(),
		recorded: x.tally.failures(), late: tortureLease - tortureTimeout + tortureLag, landed: &tolerated{},
	}
	for _, queue := range []string{"QueueUrl", "CommandQueueUrl"} {
		free, held := x.messages(queue)
		e.left += free + held
	}
	for _, t := range x.trials {
		for _, r := range t.rounds {
			if r.weighs != nil && r.begun {
				e.weights[r.id()] = r.weighs(r)
			}
		}
	}
	return e
}

// deadLetters are the bodies in the dead-letter queue.
func (x *torment) deadLetters() []string {
	x.t.Helper()
	queue := sqs.NewFromConfig(x.Config("judge"))
	var bodies []string
	for {
		out, err := queue.ReceiveMessage(x.t.Context(), &sqs.ReceiveMessageInput{
			QueueUrl: aws.String(x.outputs["DeadLetterQueueUrl"]), MaxNumberOfMessages: 10, VisibilityTimeout: 600,
		})
		if err != nil {
			x.t.Fatal(err)
		}
		for _, m := range out.Messages {
			bodies = append(bodies, *m.Body)
		}
		if len(out.Messages) == 0 {
			return bodies
		}
	}
}

// poisoned counts the messages that nobody can read, repeats included, and that nobody deleted.
func (x *torment) poisoned() int {
	n := 0
	for _, c := range x.Changes() {
		state, ok := c.State.(awstest.MessageState)
		switch {
		case !ok || !slices.Contains(poison(), state.Body):
		case c.Kind == "message-sent":
			n++
		default:
			n--
		}
	}
	return n
}

// owed counts the releases that still have a wake, or whose end nobody has announced yet; 1 while the table does not say.
func (x *torment) owed() int {
	owed := 0
	for _, shard := range []string{"0", "unannounced"} {
		out, err := dynamodb.NewFromConfig(x.Config("judge")).Query(x.t.Context(), &dynamodb.QueryInput{
			TableName: aws.String(x.settings["SERIN_TABLE"]), IndexName: aws.String("by-wake"), Select: types.SelectCount,
			KeyConditionExpression:    aws.String("wake_shard = :shard"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":shard": &types.AttributeValueMemberS{Value: shard}},
		})
		if err != nil {
			return 1
		}
		owed += int(out.Count)
	}
	return owed
}
