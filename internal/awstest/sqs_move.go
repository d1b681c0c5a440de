package awstest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// moveTask answers StartMessageMoveTask, which moto lacks (AWS note 8): what is visible in a dead-letter queue is sent
// to the destination and deleted, at once. AWS moves in the background; and without a destination it sends each message
// back to the queue it died in, which moto does not remember, so here a destination must be named.
func (w *World) moveTask(c Call) Answer {
	var in struct{ SourceArn, DestinationArn string }
	if err := json.Unmarshal(c.Body, &in); err != nil || in.DestinationArn == "" {
		return sqsRefusal("UnsupportedOperation", "the test AWS moves messages only to a destination that is named")
	}
	from, err := w.queueURL(in.SourceArn)
	if err != nil {
		return sqsRefusal("ResourceNotFoundException", err.Error())
	}
	to, err := w.queueURL(in.DestinationArn)
	if err != nil {
		return sqsRefusal("ResourceNotFoundException", err.Error())
	}
	if err := w.moveAll(from, to); err != nil {
		w.opts.Failf("move messages from %s to %s: %v", in.SourceArn, in.DestinationArn, err)
	}
	w.bus.announce(to)
	return Answer{Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: jsonBytes(map[string]string{"TaskHandle": fmt.Sprintf("awstest-%d", c.N)})}
}

// sqsRefusal is an error as SQS words it in awsJson1.0.
func sqsRefusal(code, message string) Answer {
	return Answer{
		Status: http.StatusBadRequest, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
		Body: jsonBytes(map[string]string{"__type": "com.amazonaws.sqs#" + code, "message": message}),
	}
}

func (w *World) queueURL(arn string) (string, error) {
	var out struct {
		QueueURL string `json:"QueueUrl"`
	}
	err := w.callMoto("sqs", "AmazonSQS.GetQueueUrl", map[string]string{"QueueName": arn[strings.LastIndex(arn, ":")+1:]}, &out)
	return out.QueueURL, err
}

func (w *World) moveAll(from, to string) error {
	for {
		var out struct{ Messages []message }
		in := map[string]any{"QueueUrl": from, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 0, "VisibilityTimeout": 60}
		if err := w.callMoto("sqs", "AmazonSQS.ReceiveMessage", in, &out); err != nil || len(out.Messages) == 0 {
			return err
		}
		for _, m := range out.Messages {
			if err := w.callMoto("sqs", "AmazonSQS.SendMessage", map[string]any{"QueueUrl": to, "MessageBody": m["Body"]}, nil); err != nil {
				return err
			}
			if err := w.callMoto("sqs", "AmazonSQS.DeleteMessage", map[string]any{"QueueUrl": from, "ReceiptHandle": m["ReceiptHandle"]}, nil); err != nil {
				return err
			}
		}
	}
}
