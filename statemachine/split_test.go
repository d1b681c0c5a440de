package statemachine

import "testing"

func TestSplit_servesAsComparesTraffic(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b Split
		want bool
	}{
		{"the same", Split{Stable: "a", Canary: "b", WeightPct: 25}, Split{Stable: "a", Canary: "b", WeightPct: 25}, true},
		{"another share", Split{Stable: "a", Canary: "b", WeightPct: 25}, Split{Stable: "a", Canary: "b", WeightPct: 26}, false},
		{"roles swapped", Split{Stable: "a", Canary: "b", WeightPct: 25}, Split{Stable: "b", Canary: "a", WeightPct: 75}, true},
		{"roles swapped, share not", Split{Stable: "a", Canary: "b", WeightPct: 25}, Split{Stable: "b", Canary: "a", WeightPct: 25}, false},
		{"one attached at nothing", Split{Stable: "a"}, Split{Stable: "a", Canary: "b"}, true},
		{"all on the canary", Split{Stable: "b"}, Split{Stable: "a", Canary: "b", WeightPct: 100}, true},
		{"another version", Split{Stable: "a"}, Split{Stable: "b"}, false},
		{"another version attached at nothing", Split{Stable: "a", Canary: "b"}, Split{Stable: "a", Canary: "c"}, true},
	} {
		if got := c.a.ServesAs(c.b); got != c.want {
			t.Errorf("%s: %s serves as %s: %t, want %t", c.name, c.a, c.b, got, c.want)
		}
		if got := c.b.ServesAs(c.a); got != c.want {
			t.Errorf("%s: not the same both ways", c.name)
		}
	}
}

func TestSplit_sameComparesVersionsAndSharesInEitherRole(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b Split
		want bool
	}{
		{"equal", Split{Stable: "a", Canary: "b", WeightPct: 25}, Split{Stable: "a", Canary: "b", WeightPct: 25, Form: "kept"}, true},
		{"another share", Split{Stable: "a", Canary: "b", WeightPct: 25}, Split{Stable: "a", Canary: "b", WeightPct: 26}, false},
		{"roles swapped", Split{Stable: "a", Canary: "b", WeightPct: 0.1}, Split{Stable: "b", Canary: "a", WeightPct: 99.9}, true},
		{"roles swapped at the ends", Split{Stable: "a", Canary: "b", WeightPct: 100}, Split{Stable: "b", Canary: "a"}, true},
		{"roles swapped, share not", Split{Stable: "a", Canary: "b", WeightPct: 25}, Split{Stable: "b", Canary: "a", WeightPct: 25}, false},
		{"attached or not", Split{Stable: "a"}, Split{Stable: "a", Canary: "b"}, false},
		{"all on the canary or its version alone", Split{Stable: "b"}, Split{Stable: "a", Canary: "b", WeightPct: 100}, false},
		{"another version", Split{Stable: "a"}, Split{Stable: "b"}, false},
	} {
		if got := c.a.Same(c.b); got != c.want {
			t.Errorf("%s: %s is the same as %s: %t, want %t", c.name, c.a, c.b, got, c.want)
		}
		if got := c.b.Same(c.a); got != c.want {
			t.Errorf("%s: not the same both ways", c.name)
		}
	}
}

func TestVersionsWithin_takesTheTwoVersionsInEitherRole(t *testing.T) {
	release := Target{Canary: "b", Restore: &Split{Stable: "a"}}
	for _, c := range []struct {
		shows Split
		want  bool
	}{
		{Split{Stable: "a"}, true},
		{Split{Stable: "a", Canary: "b", WeightPct: 60}, true},
		{Split{Stable: "b", Canary: "a", WeightPct: 40}, true},
		{Split{Stable: "b"}, false},
		{Split{Stable: "a", Canary: "c", WeightPct: 60}, false},
		{Split{Stable: "b", Canary: "c", WeightPct: 60}, false},
		{Split{Stable: "c", Canary: "a", WeightPct: 60}, false},
	} {
		if got := versionsWithin(c.shows, release); got != c.want {
			t.Errorf("%s is within the release: %t, want %t", c.shows, got, c.want)
		}
	}
}
