package eventbus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/worker"
)

// API is what is called of EventBridge. In IAM events:PutEvents on the bus,
// under events:source = serin.
type API interface {
	PutEvents(context.Context, *eventbridge.PutEventsInput, ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error)
}

// callPut is the call as IAM and CallError name it.
const callPut = "events:PutEvents"

// What a rule matches.
const (
	source     = "serin"
	detailType = "Serin Release State Change"
)

// entriesACall is how many events PutEvents takes (EventBridge quotas).
const entriesACall = 10

// Announcer announces on one event bus. Safe for concurrent use.
type Announcer struct {
	api API
	bus string
}

// New makes the announcer of a bus, by name or ARN. No call is made.
func New(api API, bus string) *Announcer { return &Announcer{api: api, bus: bus} }

// Announce sends them in their order, ten a call, and ends at the first call of
// which anything failed: the rest would arrive before what failed.
func (a *Announcer) Announce(ctx context.Context, announcements []worker.Announcement) error {
	for ten := range slices.Chunk(announcements, entriesACall) {
		if err := a.put(ctx, ten); err != nil {
			return fmt.Errorf("announce on %s: %w", a.bus, err)
		}
	}
	return nil
}

// put sends up to ten. PutEvents answers 200 even if the bus took none of them:
// what failed stands in the answer, in the order of the request.
func (a *Announcer) put(ctx context.Context, ten []worker.Announcement) error {
	in := &eventbridge.PutEventsInput{}
	for _, one := range ten {
		text, err := json.Marshal(detailOf(one))
		if err != nil {
			return &worker.CallError{Call: callPut, Resource: a.bus, Kind: worker.ErrInvalid, Err: fmt.Errorf("word announcement %s: %w", one.ID, err)}
		}
		in.Entries = append(in.Entries, types.PutEventsRequestEntry{
			EventBusName: &a.bus, Source: aws.String(source), DetailType: aws.String(detailType),
			Time: aws.Time(one.Entry.At), Detail: aws.String(string(text)),
		})
	}
	out, err := a.api.PutEvents(ctx, in)
	if err != nil {
		return awserr.Classify(callPut, a.bus, err)
	}
	var failed []error
	for _, entry := range out.Entries {
		if entry.ErrorCode != nil {
			failed = append(failed, awserr.Entry(callPut, a.bus, *entry.ErrorCode, aws.ToString(entry.ErrorMessage)))
		}
	}
	if len(failed) == 0 && out.FailedEntryCount > 0 {
		failed = append(failed, awserr.Entry(callPut, a.bus, "InternalFailure", "an entry failed, unsaid which"))
	}
	return errors.Join(failed...)
}

var _ worker.Announcer = (*Announcer)(nil)
