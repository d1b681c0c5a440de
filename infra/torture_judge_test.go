package infra_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/serinhq/serin/internal/awstest"
)

// count is what the judge counts; every one of them must be zero.
type count int

const (
	countLost     count = iota + 1 // releases that never were, or were twice
	countStuck                     // releases without an end
	countWrong                     // releases that ended otherwise than they had to
	countOffPlan                   // weights that no plan knows
	countForward                   // moves toward the canary after a recorded failure
	countGate                      // gates answered, or checks begun, twice or wrongly
	countMessage                   // messages that are gone without what they were to cause
	countDeadOnes                  // dead letters that should not be
)

func (c count) String() string {
	return [...]string{
		"releases lost", "stuck", "ended on the wrong version", "weights outside the plan", "moves toward the canary after a recorded failure",
		"gates answered, or checks begun, twice or wrongly", "messages lost", "dead letters that should not be",
	}[c-1]
}

// counts are all of them.
func counts() []count {
	return []count{countLost, countStuck, countWrong, countOffPlan, countForward, countGate, countMessage, countDeadOnes}
}

// evidence is all that the judge of a torture run reads: what was set in motion, the ledger of what was really applied,
// the table, and where the messages are that nobody deleted.
type evidence struct {
	trials []*trial
	ledger []awstest.Change
	// refused are the answers that contradict one that was accepted.
	refused []awstest.Refused
	table   tortureTable
	// weights is the traffic that a deployment's new version has at the end, in percent.
	weights map[string]float64
	// dead are the bodies in the dead-letter queue, poison those that belong there in the end, left how many messages the
	// queues still hold.
	dead, poison []string
	left         int
	// recorded is when a release's failure was in the table, where that was seen: its history tells when it was decided.
	recorded map[string]time.Time
	// late is how long after that a write may land that was decided before, and landed are those that did.
	late   time.Duration
	landed *tolerated
}

// findings are what the judge found.
type findings map[count][]string

func (f findings) add(c count, r *round, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if r != nil {
		text = fmt.Sprintf("%s (%s), release %d, meant to end: %s: %s", r.name, r.kind, r.n, r.end, text)
	}
	f[c] = append(f[c], text)
}

// tried is a round with the release it made.
type tried struct {
	*round
	item    tortureItem
	entries []tortureItem
	// failed is when its failure was decided, by its history, and recorded when it was in the table; zero if there was none.
	failed, recorded time.Time
}

// judge counts.
func (e evidence) judge() findings {
	f := findings{}
	for _, t := range e.trials {
		all := e.assign(f, t)
		for _, r := range all {
			r.ends(f)
		}
		if !slices.ContainsFunc(all, func(r tried) bool { return r.item.SettledAt == "" }) {
			e.moves(f, t, all)
			e.gates(f, all)
			e.checks(f, all)
			e.heard(f, all)
		}
	}
	e.slots(f)
	e.messages(f)
	return f
}

// assign finds each round's release.
func (e evidence) assign(f findings, t *trial) []tried {
	var all []tried
	var mine []tortureItem
	for _, r := range e.table.releases {
		if r.Canary == t.name {
			mine = append(mine, r)
		}
	}
	claimed := 0
	for _, r := range t.rounds {
		var found []tortureItem
		for i, item := range mine {
			if r.key == item.Execution+item.Deployment && r.key != "" || r.key == "" && i == r.n {
				found = append(found, item)
			}
		}
		claimed += len(found)
		switch {
		case !r.begun:
			f.add(countLost, r, "it was never begun")
		case len(found) != 1:
			f.add(countLost, r, "it has %d releases for trigger %q", len(found), r.key)
		default:
			one := tried{round: r, item: found[0], entries: e.table.entries[found[0].Release]}
			for _, entry := range one.entries {
				if entry.To == "rolling_back" && one.failed.IsZero() {
					one.failed = moment(entry.At)
					one.recorded = one.failed
				}
			}
			if at, seen := e.recorded[one.item.Release]; seen {
				one.recorded = at
			}
			all = append(all, one)
		}
	}
	if claimed < len(mine) {
		f.add(countLost, nil, "%s: %d releases, of which only %d were asked for", t.name, len(mine), claimed)
	}
	return all
}

// ends judges how a release ended.
func (r tried) ends(f findings) {
	switch {
	case r.item.SettledAt == "":
		f.add(countStuck, r.round, "release %s is %s, attention %q: %s", r.item.Release, r.item.Phase, r.item.Attention, r.item.Reason)
	case r.item.WakeAt != "" || r.item.Attention != "":
		f.add(countStuck, r.round, "it has settled, and yet has wake %q (its end was not announced) and attention %q", r.item.WakeAt, r.item.Attention)
	case r.item.Phase != r.end.phase():
		f.add(countWrong, r.round, "it is %s, must be %s: %s", r.item.Phase, r.end.phase(), r.item.Reason)
	}
}

// slots judges that nothing is held any more.
func (e evidence) slots(f findings) {
	for _, s := range e.table.slots {
		held := s.Active + s.Next
		if strings.HasPrefix(s.PK, "TARGET#") {
			held = s.Release
		}
		if held != "" {
			f.add(countStuck, nil, "slot %s is still held by %s", s.PK, held)
		}
	}
}

// moment reads a time as the table keeps it; an empty one is the beginning of time.
func moment(text string) time.Time {
	at, err := time.Parse("2006-01-02T15:04:05.000Z", text)
	if err != nil {
		return time.Time{}
	}
	return at
}
