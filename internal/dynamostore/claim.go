package dynamostore

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// Claim moves wake_at, in one conditional UpdateItem. Times are compared as the
// table holds them, in milliseconds.
func (s *Store) Claim(ctx context.Context, ref worker.Ref, rev int64, was, until time.Time) error {
	a := attributes{{attrWakeAt, text(stamp(until))}}
	if err := s.change(ctx, ref, a, asRead(rev, was)); err != nil {
		return fmt.Errorf("claim release %s/%s at rev %d: %w", ref.Canary, ref.ID, rev, err)
	}
	return nil
}

// Touch keeps next's attempts and wake_at, and with them all that follows from
// next; who saved it last, and why, stays.
func (s *Store) Touch(ctx context.Context, next statemachine.Release, was time.Time) error {
	ref := worker.Ref{Canary: next.Canary, ID: next.ID}
	doc, err := docOf(next)
	if err != nil {
		err = &worker.CallError{Call: callUpdate, Kind: worker.ErrInvalid, Err: err}
	} else {
		err = s.change(ctx, ref, head(next, doc), asRead(next.Rev, was))
	}
	if err != nil {
		return fmt.Errorf("touch release %s/%s at rev %d: %w", ref.Canary, ref.ID, next.Rev, err)
	}
	return nil
}

// Announced moves announced_seq up to seq; with end nothing is left to tell.
func (s *Store) Announced(ctx context.Context, ref worker.Ref, seq int64, end bool) error {
	a := attributes{{attrAnnouncedSeq, number(seq)}}
	if end {
		a.none(attrWakeShard)
		a.none(attrWakeAt)
	}
	if err := s.change(ctx, ref, a, compare(attrAnnouncedSeq, "<", number(seq))); err != nil {
		return fmt.Errorf("record that release %s/%s is announced up to %d: %w", ref.Canary, ref.ID, seq, err)
	}
	return nil
}

func asRead(rev int64, wake time.Time) condition {
	return allOf(is(attrRev, number(rev)), is(attrWakeAt, text(stamp(wake))), without(attrSettledAt))
}

// change updates a release's item on a condition, and leaves a call_id by which
// a try whose answer was lost is recognised.
func (s *Store) change(ctx context.Context, ref worker.Ref, a attributes, cond condition) error {
	id := rand.Text()
	a.text(attrCallID, id)
	w := wording{room: len(a) + 4} // and what the condition names
	change, must := a.update(&w), cond(&w)
	in := &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: releaseKey(ref).item(),
		UpdateExpression: &change, ConditionExpression: &must,
		ExpressionAttributeNames: w.names, ExpressionAttributeValues: w.values,
		ReturnValuesOnConditionCheckFailure: allOld,
	}
	return s.patiently(ctx, callUpdate, id, func(int) error {
		_, err := s.api.UpdateItem(ctx, in)
		return s.single(callUpdate, attrCallID, id, err)
	})
}
