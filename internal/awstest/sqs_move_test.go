package awstest_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"

	"github.com/serinhq/serin/internal/awstest"
)

const queueARN = "arn:aws:sqs:" + awstest.Region + ":" + awstest.Account + ":"

func TestMoveTask_movesWhatIsThereAsItIs(t *testing.T) {
	w := awstest.Start(t)
	dead, alive := newQueue(t, w, "dead", nil), newQueue(t, w, "alive", nil)
	for _, body := range []string{"one", "two"} {
		if err := w.Send(dead, body); err != nil {
			t.Fatal(err)
		}
	}
	client := sqs.NewFromConfig(w.Config("operator"))
	_, err := client.StartMessageMoveTask(t.Context(), &sqs.StartMessageMoveTaskInput{
		SourceArn: aws.String(queueARN + "dead"), DestinationArn: aws.String(queueARN + "alive"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if bodies, _, _ := drain(t, client, alive, 2); bodies["one"] != 1 || bodies["two"] != 1 {
		t.Errorf("moved %v", bodies)
	}
	if left := receive(t, client, dead, 0); len(left) != 0 {
		t.Errorf("%d are left behind", len(left))
	}
}

func TestMoveTask_refusesAQueueThatIsNotThereAndAMoveToNowhere(t *testing.T) {
	w := awstest.Start(t)
	newQueue(t, w, "dead", nil)
	client := sqs.NewFromConfig(w.Config("operator"))
	_, err := client.StartMessageMoveTask(t.Context(), &sqs.StartMessageMoveTaskInput{
		SourceArn: aws.String(queueARN + "gone"), DestinationArn: aws.String(queueARN + "dead"),
	})
	if missing := (*sqstypes.ResourceNotFoundException)(nil); !errors.As(err, &missing) {
		t.Errorf("a source that is not there: %v", err)
	}
	_, err = client.StartMessageMoveTask(t.Context(), &sqs.StartMessageMoveTaskInput{SourceArn: aws.String(queueARN + "dead")})
	if refused := smithy.APIError(nil); !errors.As(err, &refused) || refused.ErrorCode() != "UnsupportedOperation" {
		t.Errorf("without a destination: %v", err)
	}
}
