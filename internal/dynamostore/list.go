package dynamostore

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// Releases lists a canary's from the table, every canary's from the indexes.
// What can't be read is in the error, beside the others.
func (s *Store) Releases(ctx context.Context, canary string, since time.Time) ([]worker.Stored, error) {
	var all []worker.Stored
	var err error
	if canary == "" {
		all, err = s.everyones(ctx, since)
	} else {
		all, err = s.releasesOf(ctx, canary, since)
	}
	all = slices.DeleteFunc(all, func(r worker.Stored) bool {
		return !r.Release.Running() && r.Release.StartedAt.Before(since)
	})
	if err != nil {
		return all, fmt.Errorf("list releases: %w", err)
	}
	return all, nil
}

func (s *Store) releasesOf(ctx context.Context, canary string, since time.Time) ([]worker.Stored, error) {
	q := query{where: inPartitionFrom(canaryPartition(canary), sortReleases), newestFirst: true}
	if !since.IsZero() {
		q.filter = expression.AttributeNotExists(name(attrSettledAt)).
			Or(name(attrStartedAt).GreaterThanEqual(expression.Value(stamp(since))))
	}
	items, err := s.query(ctx, q)
	if err != nil {
		return nil, err
	}
	return releasesOf(items)
}

// everyones is what runs, from by-wake, and what ended, from by-phase: whatever
// began since then was updated since then.
func (s *Store) everyones(ctx context.Context, since time.Time) ([]worker.Stored, error) {
	items, err := s.query(ctx, query{index: indexByWake, where: inShard(wakeShard)})
	if err != nil {
		return nil, err
	}
	for _, phase := range ends() {
		ended, err := s.query(ctx, query{index: indexByPhase, where: expression.KeyAnd(
			expression.Key(attrPhase).Equal(expression.Value(phase.String())),
			expression.Key(attrUpdatedAt).GreaterThanEqual(expression.Value(stamp(since))),
		)})
		if err != nil {
			return nil, err
		}
		items = append(items, ended...)
	}
	all, err := releasesOf(items)
	return newestFirst(all), err
}

// ends are the phases of a settled release.
func ends() []statemachine.Phase {
	return []statemachine.Phase{
		statemachine.Promoted, statemachine.RolledBack, statemachine.Refused, statemachine.Superseded,
	}
}

// newestFirst orders them by id, which a ULID makes by time, each once.
func newestFirst(all []worker.Stored) []worker.Stored {
	slices.SortStableFunc(all, func(a, b worker.Stored) int {
		return cmp.Or(
			cmp.Compare(b.Release.ID, a.Release.ID),
			cmp.Compare(a.Release.Canary, b.Release.Canary),
			cmp.Compare(b.Release.Rev, a.Release.Rev),
		)
	})
	return slices.CompactFunc(all, func(a, b worker.Stored) bool {
		return a.Release.ID == b.Release.ID && a.Release.Canary == b.Release.Canary
	})
}
