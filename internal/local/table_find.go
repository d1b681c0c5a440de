package local

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/serinhq/serin/worker"
)

// Releases lists a canary's, or everyone's, newest first.
func (s store) Releases(ctx context.Context, name string, since time.Time) ([]worker.Stored, error) {
	return call(ctx, s.Client, query(name), func() ([]worker.Stored, error) {
		all, err := s.world.table.find(func(ref worker.Ref) bool { return name == "" || ref.Canary == name })
		return slices.DeleteFunc(all, func(r worker.Stored) bool {
			return !r.Release.Running() && r.Release.StartedAt.Before(since)
		}), err
	})
}

// Find tries the word as each thing it may be, the exact ones first.
func (s store) Find(ctx context.Context, word string) ([]worker.Stored, error) {
	return call(ctx, s.Client, query(word), func() ([]worker.Stored, error) {
		if word == "" {
			return nil, nil
		}
		for _, as := range []func(string) ([]worker.Stored, error){
			s.world.table.byID, s.world.table.byCanary, s.world.table.byTrigger, s.world.table.byPrefix,
		} {
			if found, err := as(word); len(found) > 0 || err != nil {
				return found, err
			}
		}
		return nil, nil
	})
}

func (t *table) byID(word string) ([]worker.Stored, error) {
	return t.find(func(ref worker.Ref) bool { return strings.EqualFold(ref.ID, word) })
}

func (t *table) byPrefix(word string) ([]worker.Stored, error) {
	return t.find(func(ref worker.Ref) bool { return strings.HasPrefix(ref.ID, strings.ToUpper(word)) })
}

// byCanary is its running release, else its last.
func (t *table) byCanary(word string) ([]worker.Stored, error) {
	if active := t.slots[word].Active; active != "" {
		return t.find(func(ref worker.Ref) bool { return ref.Canary == word && ref.ID == active })
	}
	all, err := t.find(func(ref worker.Ref) bool { return ref.Canary == word })
	return all[:min(len(all), 1)], err
}

// byTrigger takes the word for a pipeline execution, whatever its gates, or a
// deployment.
func (t *table) byTrigger(word string) ([]worker.Stored, error) {
	named := map[worker.Ref]bool{}
	for key, ref := range t.triggers {
		kind, source, _ := strings.Cut(key[0], "#")
		switch kind {
		case "pipeline":
			named[ref] = named[ref] || strings.HasSuffix(source, "/"+word)
		case "manual":
		default:
			named[ref] = named[ref] || key[1] == word
		}
	}
	return t.find(func(ref worker.Ref) bool { return named[ref] })
}

// find reads the releases that fit, newest first. The error is of those that
// can't be read.
func (t *table) find(fits func(worker.Ref) bool) ([]worker.Stored, error) {
	var found []worker.Stored
	var rest []error
	for ref, i := range t.releases {
		if !fits(ref) {
			continue
		}
		one, err := i.load()
		if err != nil {
			rest = append(rest, err)
			continue
		}
		found = append(found, one)
	}
	slices.SortFunc(found, func(a, b worker.Stored) int {
		return cmp.Or(cmp.Compare(b.Release.ID, a.Release.ID), cmp.Compare(a.Release.Canary, b.Release.Canary))
	})
	return found, errors.Join(rest...)
}
