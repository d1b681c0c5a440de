package target

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/serinhq/serin/statemachine"
)

// mostRecordWeight is the highest weight of a record (API ResourceRecordSet).
const mostRecordWeight = 255

// weightPair is the weights of the two records, in the file's order.
type weightPair [2]int64

// route53Form is what preflight notes.
type route53Form struct {
	// Weights are those that were found.
	Weights weightPair `json:"weights"`
}

// readRoute53Form is the zero form for a split without one.
func readRoute53Form(text string) route53Form {
	var form route53Form
	if json.Unmarshal([]byte(text), &form) != nil {
		return route53Form{}
	}
	return form
}

// split normalises the weights by their sum; where both are 0 Route 53 shares
// equally.
func (p weightPair) split(sets [2]string) statemachine.Split {
	stable, canary := 0, 1
	if p[1] > p[0] {
		stable, canary = 1, 0
	}
	if p[stable] == 0 {
		return statemachine.Split{Stable: sets[0], Canary: sets[1], WeightPct: 50}
	}
	share := float64(p[canary]) * 100 / float64(p[0]+p[1])
	return statemachine.Split{Stable: sets[stable], Canary: sets[canary], WeightPct: statemachine.Pct(share)}
}

// show is weights for a split that are neither these nor what preflight found.
func (p weightPair) show(want statemachine.Split, sets [2]string, form route53Form) (weightPair, error) {
	stable, canary := 0, 1
	if want.Stable == sets[1] {
		stable, canary = 1, 0
	}
	if want.Stable != sets[stable] || want.Canary != sets[canary] && (want.Canary != "" || want.WeightPct != 0) {
		return p, fmt.Errorf("%s is no split of the two records", want)
	}
	for _, pair := range weightsFor(want.WeightPct, p[0]+p[1]) {
		next := weightPair{}
		next[stable], next[canary] = pair[0], pair[1]
		if next != p && next != form.Weights {
			return next, nil
		}
	}
	return p, fmt.Errorf("%s can't be shown exactly with whole weights up to %d that differ from what is there", percent(want.WeightPct), mostRecordWeight)
}

// weightsFor are all pairs of weights that show a share exactly, the stable one
// first, by their sum, from the one after a given sum on.
func weightsFor(sharePct float64, after int64) []weightPair {
	const sums = 2 * mostRecordWeight
	var all []weightPair
	for i := range int64(sums) {
		sum := (after+i)%sums + 1
		part := sharePct * float64(sum) / 100
		whole := math.Round(part)
		if math.Abs(part-whole) > 1e-6 || whole < 0 || whole > float64(sum) {
			continue
		}
		if pair := (weightPair{sum - int64(whole), int64(whole)}); pair[0] <= mostRecordWeight && pair[1] <= mostRecordWeight {
			all = append(all, pair)
		}
	}
	return all
}
