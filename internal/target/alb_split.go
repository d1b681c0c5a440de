package target

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/serinhq/serin/statemachine"
)

// detached and last are places of a group that is not, and is not yet, in the
// action's list.
const (
	detached = -1
	last     = math.MaxInt32
	// maxWeight is the highest weight (API TargetGroupTuple).
	maxWeight = 999
)

// albShare is one of the two groups as an action has it.
type albShare struct {
	ARN    string `json:"arn"`
	Weight int32  `json:"weight"`
	// At is its place in the action's list, or detached.
	At int `json:"at"`
}

// albPair is the two groups, in the file's order.
type albPair struct {
	groups [2]albShare
	// others is the weight of all other groups together.
	others int32
}

// albForm is what preflight notes, for the way back and for counting.
type albForm struct {
	// Stable is the group that had all traffic, Healthy its healthy targets.
	Stable  string `json:"stable"`
	Healthy int    `json:"healthy"`
	// Groups are both, with their weights and places.
	Groups [2]albShare `json:"groups"`
}

// readALBForm is the zero form for a split without one.
func readALBForm(text string) albForm {
	var form albForm
	if json.Unmarshal([]byte(text), &form) != nil {
		return albForm{}
	}
	return form
}

// sum is what the two groups' weights add up to.
func sum(groups [2]albShare) int32 { return groups[0].Weight + groups[1].Weight }

// at is where a group goes that is attached again.
func (f albForm) at(group string) int {
	for _, g := range f.Groups {
		if g.ARN == group && g.At != detached {
			return g.At
		}
	}
	return last
}

// split normalises the weights by their sum.
func (p albPair) split() (statemachine.Split, error) {
	more, less := p.groups[0], p.groups[1]
	if less.Weight > more.Weight {
		more, less = less, more
	}
	if more.Weight == 0 {
		return statemachine.Split{}, errors.New("neither of the two groups gets any traffic")
	}
	split := statemachine.Split{Stable: more.ARN}
	if less.At != detached {
		split.Canary, split.WeightPct = less.ARN, p.share(less.ARN)
	}
	return split, nil
}

// share is a group's part of what the two get, in percent.
func (p albPair) share(group string) float64 {
	for _, g := range p.groups {
		if g.ARN == group && g.Weight > 0 {
			return statemachine.Pct(float64(g.Weight) * 100 / float64(sum(p.groups)))
		}
	}
	return 0
}

// show is the pair as a split wants it. All traffic on one group has the number
// that the two had together at preflight: so the restore point and the final form
// are written with the numbers found.
func (p albPair) show(want statemachine.Split, form albForm) (albPair, error) {
	total := sum(p.groups)
	if form.Stable != "" {
		total = sum(form.Groups)
	}
	stable, canary, ok := albWeights(want.WeightPct, total, p.others > 0)
	if !ok {
		return p, fmt.Errorf("%s can't be shown exactly with whole weights up to %d%s", percent(want.WeightPct), maxWeight, p.beside(total))
	}
	named := 0
	for i := range p.groups {
		g := &p.groups[i]
		switch g.ARN {
		case want.Stable:
			g.Weight, g.At = stable, g.place(form)
			named++
		case want.Canary:
			g.Weight, g.At = canary, g.place(form)
			named++
		default:
			g.Weight, g.At = 0, detached
		}
	}
	if want.Canary == "" && named != 1 || want.Canary != "" && named != 2 || want.Canary == "" && want.WeightPct != 0 {
		return p, fmt.Errorf("%s is no split of the two groups", want)
	}
	return p, nil
}

// attach is the pair with a group in the list, at weight 0 if it was not there.
func (p albPair) attach(group string, form albForm) albPair {
	for i := range p.groups {
		if p.groups[i].ARN == group {
			p.groups[i].At = p.groups[i].place(form)
		}
	}
	return p
}

func (s albShare) place(form albForm) int {
	if s.At != detached {
		return s.At
	}
	return form.at(s.ARN)
}

func (p albPair) beside(total int32) string {
	if p.others == 0 {
		return ""
	}
	return fmt.Sprintf(" that add up to %d, as they do beside the other groups of the action", total)
}

// albWeights are two weights that show a share exactly. Beside other groups with
// weight the pair keeps its sum, and they their share.
func albWeights(sharePct float64, total int32, keep bool) (stable, canary int32, ok bool) {
	sums := []int32{100, 1000}
	switch {
	case keep:
		sums = []int32{total}
	case sharePct == 0 || sharePct == 100:
		sums = []int32{min(total, maxWeight)}
	}
	for _, sum := range sums {
		part := sharePct * float64(sum) / 100
		whole := math.Round(part)
		if math.Abs(part-whole) > 1e-6 || whole < 0 || whole > float64(sum) {
			continue
		}
		stable, canary = sum-int32(whole), int32(whole)
		if sum > 0 && stable <= maxWeight && canary <= maxWeight {
			return stable, canary, true
		}
	}
	return 0, 0, false
}

// albGains is the group that a release gives traffic, and its share: the one that
// was not stable at preflight. A way back gives it nothing.
func albGains(want statemachine.Split, form albForm) (group string, sharePct float64) {
	if form.Stable != "" && want.Stable != form.Stable {
		return want.Stable, statemachine.Pct(100 - want.WeightPct)
	}
	return want.Canary, want.WeightPct
}

func percent(sharePct float64) string { return strconv.FormatFloat(sharePct, 'f', -1, 64) + "%" }
