package porttest

import "testing"

// Within runs a claim in a place of its own: pass synctest.Test where the
// adapter and the world behind it run in a bubble. Default: as it is.
type Within = func(t *testing.T, claim func(t *testing.T))

// claim is one sentence of a contract and how it is checked.
type claim[H any] struct {
	says  string
	check func(t *testing.T, h H)
}

// run checks each claim as a subtest, on a harness of its own.
func run[H any](t *testing.T, open func(t *testing.T) H, within []Within, claims ...[]claim[H]) {
	t.Helper()
	for _, group := range claims {
		for _, c := range group {
			t.Run(c.says, func(t *testing.T) {
				in(within)(t, func(t *testing.T) { c.check(t, open(t)) })
			})
		}
	}
}

func in(within []Within) Within {
	if len(within) > 0 {
		return within[0]
	}
	return func(t *testing.T, claim func(t *testing.T)) { t.Helper(); claim(t) }
}
