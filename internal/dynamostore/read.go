package dynamostore

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/serinhq/serin/worker"
)

// Load reads a release, consistently. worker.ErrNotFound, worker.ErrNewerSchema.
func (s *Store) Load(ctx context.Context, ref worker.Ref) (worker.Stored, error) {
	item, err := s.get(ctx, releaseKey(ref))
	if err != nil {
		return worker.Stored{}, fmt.Errorf("load release %s/%s: %w", ref.Canary, ref.ID, err)
	}
	return storedOf(item, s.recall.decode)
}

// Trigger finds the release of a trigger. worker.ErrNotFound.
func (s *Store) Trigger(ctx context.Context, source, k string) (worker.Ref, error) {
	item, err := s.get(ctx, triggerKey(source, k))
	var ref worker.Ref
	if err == nil {
		ref, err = refOf(item)
	}
	if err != nil {
		return worker.Ref{}, fmt.Errorf("find the release of trigger %s %s: %w", source, k, err)
	}
	return ref, nil
}

// Running reads by-wake. A release that can't be read, such as one that only a
// newer serin understands, must not keep the others from being driven and is
// left out: Due names it too, and Load says why. It reads a page at a time.
func (s *Store) Running(ctx context.Context) iter.Seq2[worker.Stored, error] {
	return s.inShard(ctx, wakeShard, "running")
}

// Unannounced reads the other part of by-wake.
func (s *Store) Unannounced(ctx context.Context) iter.Seq2[worker.Stored, error] {
	return s.inShard(ctx, toldShard, "unannounced")
}

func (s *Store) inShard(ctx context.Context, shard, what string) iter.Seq2[worker.Stored, error] {
	return func(yield func(worker.Stored, error) bool) {
		for item, err := range s.each(ctx, query{index: indexByWake, where: inShard(shard)}) {
			if err != nil {
				yield(worker.Stored{}, fmt.Errorf("read the %s releases: %w", what, err))
				return
			}
			if stored, err := releaseOf(item); err == nil && !yield(stored, nil) {
				return
			}
		}
	}
}

// Due reads by-wake up to before, soonest first.
func (s *Store) Due(ctx context.Context, before time.Time) ([]worker.Due, error) {
	items, err := s.query(ctx, query{index: indexByWake, where: expression.KeyAnd(
		inShard(wakeShard), expression.Key(attrWakeAt).LessThan(expression.Value(stamp(before))),
	)})
	if err != nil {
		return nil, fmt.Errorf("read what is due: %w", err)
	}
	due := make([]worker.Due, 0, len(items))
	for _, item := range items {
		d, err := dueOf(item)
		if err != nil {
			return nil, fmt.Errorf("read what is due: %w", err)
		}
		due = append(due, d)
	}
	return due, nil
}

func inShard(shard string) expression.KeyConditionBuilder {
	return expression.Key(attrWakeShard).Equal(expression.Value(shard))
}

func dueOf(item map[string]types.AttributeValue) (worker.Due, error) {
	var in struct {
		WakeAt string `dynamodbav:"wake_at"`
	}
	ref, err := refOf(item)
	if err == nil {
		err = unmarshal(item, &in)
	}
	if err != nil {
		return worker.Due{}, err
	}
	at, err := instant(in.WakeAt)
	if err != nil {
		at = time.Time{} // due at once: Load says what is wrong with it
	}
	return worker.Due{Ref: ref, WakeAt: at}, nil
}

func refOf(item map[string]types.AttributeValue) (worker.Ref, error) {
	var in struct {
		Canary  string `dynamodbav:"canary"`
		Release string `dynamodbav:"release"`
	}
	if err := unmarshal(item, &in); err != nil {
		return worker.Ref{}, fmt.Errorf("read which release an item names: %w", err)
	}
	if in.Canary == "" || in.Release == "" {
		return worker.Ref{}, errors.New("an item names no release")
	}
	return worker.Ref{Canary: in.Canary, ID: in.Release}, nil
}

// releasesOf reads all it can; the error is of the rest.
func releasesOf(items []map[string]types.AttributeValue) ([]worker.Stored, error) {
	all := make([]worker.Stored, 0, len(items))
	var rest []error
	for _, item := range items {
		stored, err := releaseOf(item)
		if err != nil {
			rest = append(rest, err)
			continue
		}
		all = append(all, stored)
	}
	return all, errors.Join(rest...)
}

func refsOf(items []map[string]types.AttributeValue) ([]worker.Ref, error) {
	refs := make([]worker.Ref, 0, len(items))
	for _, item := range items {
		ref, err := refOf(item)
		if err != nil {
			return nil, err
		}
		refs = append(refs, ref)
	}
	return refs, nil
}
