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
