package worker

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// tellEvery is how long news gathers before it is told.
	tellEvery = time.Second
	// tellAtOnce is how many releases' news are told together: about what one
	// PutEvents takes.
	tellAtOnce = 8
	// tellMost bounds the releases that wait; the sweep tells of the rest.
	tellMost = 4096
	// tellers tell side by side.
	tellers = 4
)

// gatherer collects what is to be announced, so that a release that changes
// often is noted once a second and ten announcements go in one call.
type gatherer struct {
	mu      sync.Mutex
	waiting map[Ref]news
	// known is how far each release was announced: a turn that was loaded before
	// the last telling remembers less. Emptied when it gets long.
	known map[Ref]int64
}

func newGatherer() *gatherer {
	return &gatherer{waiting: map[Ref]news{}, known: map[Ref]int64{}}
}

// add keeps news for the next telling.
func (g *gatherer) add(n news) {
	g.mu.Lock()
	defer g.mu.Unlock()
	ref := refOf(n.release)
	have, waits := g.waiting[ref]
	switch {
	case !waits && len(g.waiting) >= tellMost:
		return
	case waits:
		n.was = max(n.was, have.was)
		n.entries = append(have.entries, n.entries...)
		if have.release.Rev > n.release.Rev {
			n.release = have.release
		}
	}
	g.waiting[ref] = n
}

// take is all that waits, each release's entries in order and without what was
// told already.
func (g *gatherer) take() []news {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := make([]news, 0, len(g.waiting))
	for ref, n := range g.waiting {
		n.was = max(n.was, g.known[ref])
		slices.SortFunc(n.entries, func(a, b Announcement) int { return int(a.Entry.Seq - b.Entry.Seq) })
		n.entries = slices.DeleteFunc(n.entries, func(a Announcement) bool { return a.Entry.Seq <= n.was })
		if n.release.Rev > n.was {
			all = append(all, n)
		}
	}
	clear(g.waiting)
	if len(g.known) > tellMost {
		clear(g.known)
	}
	return all
}

func (g *gatherer) note(done []told) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, d := range done {
		g.known[d.ref] = d.seq
	}
}

// announcements tells what has gathered, once a second, and the rest once ctx
// has ended.
func (r *runner) announcements(ctx context.Context, g *gatherer) {
	for more := true; more; {
		more = pause(ctx, tellEvery)
		all := slices.Collect(slices.Chunk(g.take(), tellAtOnce))
		next := make(chan []news)
		var wg sync.WaitGroup
		for range min(tellers, len(all)) {
			wg.Go(func() {
				for some := range next {
					g.note(r.tell(context.WithoutCancel(ctx), some))
				}
			})
		}
		for _, some := range all {
			next <- some
		}
		close(next)
		wg.Wait()
	}
}
