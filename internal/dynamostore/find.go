package dynamostore

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/serinhq/serin/worker"
)

// Find tries the word as each thing it may be, the exact ones first, and stops
// at the first that fits.
func (s *Store) Find(ctx context.Context, word string) ([]worker.Stored, error) {
	if word == "" {
		return nil, nil
	}
	for _, as := range []func(context.Context, string) ([]worker.Ref, error){
		s.asID, s.asCanary, s.asTrigger, s.asPrefix,
	} {
		refs, err := as(ctx, word)
		if err != nil {
			return nil, fmt.Errorf("find %q: %w", word, err)
		}
		found, err := s.load(ctx, refs)
		if err != nil {
			return found, fmt.Errorf("find %q: %w", word, err)
		}
		if len(found) > 0 {
			return found, nil
		}
	}
	return nil, nil
}

// load reads those that are still there, newest first.
func (s *Store) load(ctx context.Context, refs []worker.Ref) ([]worker.Stored, error) {
	var found []worker.Stored
	var rest []error
	for _, ref := range refs {
		stored, err := s.Load(ctx, ref)
		switch {
		case err == nil:
			found = append(found, stored)
		case !errors.Is(err, worker.ErrNotFound):
			rest = append(rest, err)
		}
	}
	return newestFirst(found), errors.Join(rest...)
}

// ulidLength is that of a release id; ulidLetters is Crockford's base 32.
const (
	ulidLength  = 26
	ulidLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

// asID asks the history, which says whose a release is, also of a canary that
// was deleted.
func (s *Store) asID(ctx context.Context, word string) ([]worker.Ref, error) {
	if len(word) != ulidLength || !ulidPrefix(word) {
		return nil, nil
	}
	items, err := s.query(ctx, query{where: inPartition(historyPartition(strings.ToUpper(word))), limit: 1})
	if err != nil {
		return nil, err
	}
	return refsOf(items)
}

func ulidPrefix(word string) bool {
	return len(word) <= ulidLength && strings.Trim(strings.ToUpper(word), ulidLetters) == ""
}

// asCanary is its running release, else its last.
func (s *Store) asCanary(ctx context.Context, word string) ([]worker.Ref, error) {
	slot, err := s.Slot(ctx, word)
	if err != nil {
		return nil, err
	}
	if slot.Active != "" {
		return []worker.Ref{{Canary: word, ID: slot.Active}}, nil
	}
	items, err := s.query(ctx, query{
		where: inPartitionFrom(canaryPartition(word), sortReleases), newestFirst: true, limit: 1,
	})
	if err != nil {
		return nil, err
	}
	return refsOf(items)
}
