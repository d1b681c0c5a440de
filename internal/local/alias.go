package local

import (
	"fmt"
	"slices"
	"time"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// alias is a Lambda alias: two weighted versions, and a fence.
type alias struct {
	split    statemachine.Split
	mark     string
	versions []string
	unfit    *statemachine.Problem
	writes   int
	// byContent: the fence is the content, as an ETag often is, so that an
	// identical write leaves it where it was.
	byContent bool
	// carry is how long AWS takes to carry a write out, carried when it has; keep is
	// how long clients go on showing what was there before.
	carry, keep time.Duration
	carried     time.Time
	// before is what lagging reads still see, that many times.
	before  view
	lagging int
}

// view is what a read tells.
type view struct {
	split statemachine.Split
	token worker.Token
}

// CreateAlias makes an alias (kind lambda) that shows one version, which is
// published.
func (w *World) CreateAlias(id, version string) {
	w.add(KindLambda, id, &alias{split: statemachine.Split{Stable: version}, versions: []string{version}})
}

// PublishVersion publishes another version of the alias's function.
func (w *World) PublishVersion(id, version string) {
	w.alias(id, func(a *alias) { a.versions = append(a.versions, version) })
}

// FenceByContent makes the alias's fence its content, so that only a mark moves
// it when a write is identical.
func (w *World) FenceByContent(id string) {
	w.alias(id, func(a *alias) { a.byContent = true })
}

// Lag lets the next reads of an alias still see what was there before its last
// write: Lambda's reads are eventually consistent.
func (w *World) Lag(id string, reads int) {
	w.alias(id, func(a *alias) { a.lagging = reads })
}

// CarryOutIn lets AWS take its time to carry the alias's next writes out: until
// then it shows them, and says so.
func (w *World) CarryOutIn(id string, d time.Duration) {
	w.alias(id, func(a *alias) { a.carry = d })
}

// KeepFor lets the alias's clients go on showing what was there before a write.
func (w *World) KeepFor(id string, d time.Duration) {
	w.alias(id, func(a *alias) { a.keep = d })
}

// SetUnfit lets an alias's versions not be weighted together; nil ends it.
func (w *World) SetUnfit(id string, problem *statemachine.Problem) {
	w.alias(id, func(a *alias) { a.unfit = problem })
}

func (w *World) alias(id string, change func(*alias)) {
	w.do(func() {
		if a, err := shown[*alias](w, KindLambda, id); err == nil {
			change(a)
		}
	})
}

func (a *alias) show() statemachine.Split { return a.split }

func (a *alias) raw() string { return fmt.Sprintf("%+v, described %q", a.split, a.mark) }

func (a *alias) put(split statemachine.Split) { a.set(split, a.mark) }

func (a *alias) set(split statemachine.Split, mark string) {
	a.before = a.now()
	split.Form = ""
	if split.Canary == "" {
		split.WeightPct = 0
	}
	a.split, a.mark = split, mark
	a.writes++
}

func (a *alias) now() view {
	if a.byContent {
		return view{a.split, worker.Token(a.raw())}
	}
	return view{a.split, worker.Token(fmt.Sprintf("revision-%d", a.writes))}
}

func (a *alias) read() view {
	if a.lagging > 0 && a.before.token != "" {
		a.lagging--
		return a.before
	}
	return a.now()
}

// check says why Lambda would refuse the split.
func (a *alias) check(split statemachine.Split) error {
	for _, version := range []string{split.Stable, split.Canary} {
		if version != "" && !slices.Contains(a.versions, version) {
			return refuse(worker.ErrNotFound, "version %s", version)
		}
	}
	if split.Stable == "" || split.Stable == split.Canary || split.WeightPct < 0 || split.WeightPct > 100 {
		return refuse(worker.ErrInvalid, "no alias can show %s", split)
	}
	return nil
}
