package worker

import (
	"errors"
	"iter"
)

// All collects what a store lists one by one. What could not be read is in the
// error, beside the others.
func All[T any](listed iter.Seq2[T, error]) ([]T, error) {
	var all []T
	var rest []error
	for one, err := range listed {
		if err != nil {
			rest = append(rest, err)
			continue
		}
		all = append(all, one)
	}
	return all, errors.Join(rest...)
}

// Each lists what is at hand one by one, and last the error, if there is one.
func Each[T any](all []T, err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, one := range all {
			if !yield(one, nil) {
				return
			}
		}
		if err != nil {
			var none T
			yield(none, err)
		}
	}
}
