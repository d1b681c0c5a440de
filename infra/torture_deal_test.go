package infra_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
)

// hand is a trial to be, and the phase that its first release must end in; an empty one leaves that to the dice.
type hand struct {
	tortureKind
	phase string
}

// bothWays are two trials of each kind, one whose first release is promoted and one whose first is rolled back: every kind
// ends both ways, whatever the seed.
func bothWays() (all []hand) {
	for _, k := range tortureKinds() {
		all = append(all, hand{k, "promoted"}, hand{k, "rolled_back"})
	}
	return all
}

// byShare are trials of each kind, as many as its share.
func byShare() (all []hand) {
	for _, k := range tortureKinds() {
		all = append(all, slices.Repeat([]hand{{tortureKind: k}}, k.share)...)
	}
	return all
}

// planTorture draws the trials that make so many releases.
func (x *torment) planTorture(releases int) {
	var deck []hand
	for i := 0; releases > 0; i++ {
		if len(deck) == 0 {
			deck = byShare()
			if i == 0 {
				deck = bothWays()
			}
			x.dice.Shuffle(len(deck), func(a, b int) { deck[a], deck[b] = deck[b], deck[a] })
		}
		h := deck[0]
		deck = deck[1:]
		t := &trial{name: fmt.Sprintf("t%03d", i), kind: h.name, rough: h.rough(i), asks: x.dice.IntN(3) == 0}
		h.make(x, t)
		for _, m := range t.movers {
			x.movers[m.resource] = m
		}
		for n := range min(releases, x.drawRounds(h, t)) {
			t.rounds = append(t.rounds, x.drawRound(h, t, n))
		}
		releases -= len(t.rounds)
		x.trials = append(x.trials, t)
	}
}

// drawRounds draws how many releases a trial has: few more often than many, so that more of them go on at once.
func (x *torment) drawRounds(h hand, t *trial) int {
	n := 1 + min(x.dice.IntN(mostRounds), x.dice.IntN(mostRounds))
	if h.reverts(t, 1) {
		return max(n, 2)
	}
	return n
}

// reverts: what the first release of a trial promoted must be reverted by the second.
func (h hand) reverts(t *trial, n int) bool { return h.phase == "promoted" && t.reverts && n == 1 }

// rough: a release that must be rolled back needs a bake in which that can happen.
func (h hand) rough(i int) bool {
	if h.phase != "" {
		return h.phase == "rolled_back"
	}
	return i%2 == 1
}

// drawRound draws a trial's n-th round.
func (x *torment) drawRound(h hand, t *trial, n int) *round {
	first := ""
	if n == 0 {
		first = h.phase
	}
	r := &round{trial: t, n: n, end: t.drawEnding(x.dice, first), at: min(1+x.dice.IntN(2), t.top())}
	revert := x.dice.IntN(3) == 0 || h.reverts(t, n)
	if revert && t.reverts && n > 0 && t.rounds[n-1].end.phase() == "promoted" && t.rounds[n-1].end != endReverted {
		r.end = endReverted
	}
	return r
}

// top is how many weights the plan has.
func (t *trial) top() int { return cmp.Or(t.steps, 2) }

// drawEnding draws one of those that the trial can have, in either phase or in the one that is given: there one that only
// few trials can have comes first.
func (t *trial) drawEnding(dice *rand.Rand, phase string) ending {
	var possible []ending
	for _, e := range t.endings {
		calm := e == endByItself || e == endApproved
		if calm != t.rough && (e != endDenied || t.asks) && (phase == "" || e.phase() == phase) {
			possible = append(possible, e)
		}
	}
	drawn := possible[dice.IntN(len(possible))]
	if phase != "" && slices.Contains(possible, endCheckFailed) {
		return endCheckFailed
	}
	return drawn
}

// outcomes counts the releases by kind and phase.
func (x *torment) outcomes(releases []tortureItem) map[string]map[string]int {
	kinds, count := map[string]string{}, map[string]map[string]int{}
	for _, t := range x.trials {
		kinds[t.name], count[t.kind] = t.kind, map[string]int{}
	}
	for _, r := range releases {
		count[kinds[r.Canary]][r.Phase]++
	}
	return count
}

// missing says which kind never ended in a way that the plan wanted of it.
func (x *torment) missing(outcomes map[string]map[string]int) (why []string) {
	for _, t := range x.trials {
		for _, r := range t.rounds {
			text := fmt.Sprintf("no release of %s ended %s", t.kind, r.end.phase())
			if outcomes[t.kind][r.end.phase()] == 0 && !slices.Contains(why, text) {
				why = append(why, text)
			}
		}
	}
	return why
}
