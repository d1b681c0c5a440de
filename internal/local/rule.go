package local

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/serinhq/serin/statemachine"
)

// rule is an ALB rule: weighted groups, and no fence.
type rule struct {
	// pair are the two groups that swap roles.
	pair [2]string
	// Groups are those the rule names, in its order; the pair's may be missing.
	groups  []share
	unready map[string]bool
}

// share is a group's part of the traffic.
type share struct {
	Group     string  `json:"group"`
	WeightPct float64 `json:"weight"`
}

// CreateRule makes a rule (kind alb) that sends all traffic to one group. The
// idle one is attached by the first release.
func (w *World) CreateRule(id, stable, idle string) {
	w.add(KindALB, id, &rule{
		pair: [2]string{stable, idle}, groups: []share{{stable, 100}}, unready: map[string]bool{},
	})
}

// SetReady says whether a group has healthy targets enough. New ones have.
func (w *World) SetReady(id, group string, ready bool) {
	w.do(func() {
		if r, err := shown[*rule](w, KindALB, id); err == nil {
			r.unready[group] = !ready
		}
	})
}

// show tells the groups with traffic in the rule's order: a rule does not say
// which of two is the canary.
func (r *rule) show() statemachine.Split {
	var serving []share
	for _, g := range r.groups {
		if g.WeightPct > 0 {
			serving = append(serving, g)
		}
	}
	if len(serving) == 0 {
		return statemachine.Split{}
	}
	split := statemachine.Split{Stable: serving[0].Group}
	if len(serving) > 1 {
		split.Canary, split.WeightPct = serving[1].Group, serving[1].WeightPct
	} else if idle := r.other(split.Stable); r.attached(idle) {
		split.Canary = idle
	}
	return split
}

// other is the group that a group of the pair swaps roles with.
func (r *rule) other(group string) string {
	if group == r.pair[0] {
		return r.pair[1]
	}
	return r.pair[0]
}

func (r *rule) attached(group string) bool {
	return slices.ContainsFunc(r.groups, func(g share) bool { return g.Group == group })
}

func (r *rule) raw() string { return fmt.Sprintf("%v, sticky for 1h", r.groups) }

// put replaces the groups, as somebody else would.
func (r *rule) put(split statemachine.Split) {
	r.groups = []share{{split.Stable, 100 - split.WeightPct}}
	if split.Canary != "" {
		r.groups = append(r.groups, share{split.Canary, split.WeightPct})
	}
}

// weigh sets the weights of the groups and leaves their order. A split that
// names one group detaches the other of the pair; foreign groups lose their
// traffic and stay.
func (r *rule) weigh(split statemachine.Split) {
	if split.Canary == "" {
		split.WeightPct = 0
		r.groups = slices.DeleteFunc(r.groups, func(g share) bool { return g.Group == r.other(split.Stable) })
	}
	for _, group := range []string{split.Stable, split.Canary} {
		if group != "" && !r.attached(group) {
			r.groups = append(r.groups, share{group, 0})
		}
	}
	for i := range r.groups {
		switch r.groups[i].Group {
		case split.Stable:
			r.groups[i].WeightPct = 100 - split.WeightPct
		case split.Canary:
			r.groups[i].WeightPct = split.WeightPct
		default:
			r.groups[i].WeightPct = 0
		}
	}
	if split.Canary == "" {
		other := r.other(split.Stable)
		r.groups = slices.DeleteFunc(r.groups, func(g share) bool { return g.Group == other })
	}
}

// form is the rule as JSON: what a restore puts back exactly.
func (r *rule) form() (string, error) {
	text, err := json.Marshal(r.groups)
	return string(text), err
}

// restore puts a form back if it shows the split to write. A form comes with
// every split; only the restore point shows what it does.
func (r *rule) restore(want statemachine.Split) bool {
	var was rule
	if want.Form == "" || json.Unmarshal([]byte(want.Form), &was.groups) != nil || len(was.groups) == 0 {
		return false
	}
	was.pair = r.pair
	if !was.show().Same(want) {
		return false
	}
	r.groups = was.groups
	return true
}
