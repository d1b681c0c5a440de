package infra_test

import (
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// messages counts a queue's messages, by the output that names it: those that wait, and those that were handed out and
// neither deleted nor handed back.
func (s *stage) messages(queue string) (waiting, inFlight int) {
	s.t.Helper()
	out, err := sqs.NewFromConfig(s.Config("judge")).GetQueueAttributes(s.t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(s.outputs[queue]), AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	count := func(name types.QueueAttributeName) int {
		n, err := strconv.Atoi(out.Attributes[string(name)])
		if err != nil {
			s.t.Fatal(err)
		}
		return n
	}
	return count(types.QueueAttributeNameApproximateNumberOfMessages), count(types.QueueAttributeNameApproximateNumberOfMessagesNotVisible)
}

// drained waits until every message of a queue was dealt with.
func (s *stage) drained(queue string) {
	s.t.Helper()
	s.until(queue+" is empty", func() bool {
		waiting, inFlight := s.messages(queue)
		return waiting+inFlight == 0
	})
}
