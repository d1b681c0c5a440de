package infra_test

import (
	"slices"
	"strings"

	"github.com/serinhq/serin/internal/awstest"
)

// moves judges what everything that a trial moves showed, from one release to the next.
func (e evidence) moves(f findings, t *trial, all []tried) {
	slices.SortFunc(all, func(a, b tried) int { return strings.Compare(a.item.SettledAt, b.item.SettledAt) })
	for _, m := range t.movers {
		from, rest := e.changesOf(m)
		for _, r := range all {
			n := 0
			for n < len(rest) && !rest[n].At.After(moment(r.item.SettledAt)) {
				n++
			}
			w := window{tried: r, mover: m, from: from, changes: rest[:n]}
			w.onPlan(f)
			w.forward(f, e)
			if rest = rest[n:]; len(w.changes) > 0 && m.back(from) == from {
				from = m.shows(w.changes[n-1])
			}
			w.ended(f, e, from)
		}
		for _, c := range rest {
			f.add(countOffPlan, nil, "%s shows %q by %s when all releases of %s had settled", m.resource, m.shows(c), c.Actor, t.name)
		}
	}
}

// changesOf are the workers' changes of what a mover moves, and what it showed before.
func (e evidence) changesOf(m mover) (from string, changes []awstest.Change) {
	for _, c := range e.ledger {
		switch {
		case c.Resource != m.resource || m.shows(c) == "":
		case isTorturer(c.Actor):
			changes = append(changes, c)
		case len(changes) == 0:
			from = m.shows(c)
		}
	}
	return from, changes
}

// window is what one release did with one of the things it moves.
type window struct {
	tried
	mover   mover
	from    string
	changes []awstest.Change
}

// shown is what it showed, neighbours that are equal merged.
func (w window) shown() []string {
	all := []string{w.from}
	if w.mover.back(w.from) != w.from {
		all = []string{""} // a guarded deployment's asks begin anew
	}
	for _, c := range w.changes {
		all = append(all, w.mover.shows(c))
	}
	return slices.Compact(all)
}

// onPlan judges that what was shown is a prefix of the plan, then the final split or the restore point. Where there is no
// fence a write decided before the failure may land after the restore; it is put right.
func (w window) onPlan(f findings) {
	shown, ladder := w.shown(), w.mover.ladder(w.from, w.round)
	k := 0
	for k < len(shown) && k < len(ladder) && shown[k] == ladder[k] {
		k++
	}
	back, rest := w.mover.back(w.from), shown[k:]
	if len(rest) > 0 && rest[0] == back {
		rest = rest[1:]
	}
	for !w.mover.fenced && len(rest) > 1 && k > 1 && rest[1] == back && slices.Contains(ladder[1:min(k+1, len(ladder))], rest[0]) {
		rest = rest[2:]
	}
	promoted := w.item.Phase == "promoted"
	if len(rest) > 0 || promoted && (k < len(ladder) || len(shown) > k) {
		f.add(countOffPlan, w.round, "%s showed %q, its plan is %q, it is %s", w.mover.resource, shown, ladder, w.item.Phase)
	}
}

// ended judges which version has the traffic now.
func (w window) ended(f findings, e evidence, now string) {
	promoted := w.end.phase() == "promoted"
	if w.drive != nil {
		want := 0.0
		if promoted {
			want = 100
		}
		if got := e.weights[w.id()]; got != want {
			f.add(countWrong, w.round, "deployment %s has %v%% of the traffic on the new version, must have %v%%", w.id(), got, want)
		}
		return
	}
	ladder := w.mover.ladder(w.from, w.round)
	want := ladder[0]
	if promoted {
		want = ladder[len(ladder)-1]
	}
	if now != want {
		f.add(countWrong, w.round, "%s shows %q, must show %q", w.mover.resource, now, want)
	}
}
