package worker

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"go.uber.org/zap"

	"github.com/serinhq/serin/statemachine"
)

func announcementID(s Save) string {
	return s.Next.ID + "/" + strconv.FormatInt(s.Entry.Seq, 10)
}

// news is what is to be told of one release.
type news struct {
	release statemachine.Release
	// was is the last entry that was announced, as far as known.
	was     int64
	entries []Announcement
}

// announce tells others what was saved, after it was saved. It is never a
// condition for anything: what fails here the sweep sends again. Under Run it is
// told a moment later, together with what others have to tell.
func (l *Loop) announce(ctx context.Context, t *turn) {
	n := news{release: t.release(), was: t.stored.AnnouncedSeq, entries: t.entries}
	t.entries = nil
	if len(n.entries) == 0 && n.release.Rev <= n.was {
		return
	}
	if l.gather != nil {
		l.gather(n)
		return
	}
	for _, told := range l.tell(ctx, []news{n}) {
		t.stored.AnnouncedSeq = told.seq
	}
}

// tellEnds tells of settled releases what was not announced of them: nobody looks
// at them again.
func (l *Loop) tellEnds(ctx context.Context) error {
	for s, err := range l.o.Store.Unannounced(ctx) {
		if err != nil {
			return fmt.Errorf("list what is not announced: %w", err)
		}
		l.announce(ctx, &turn{stored: s})
	}
	return nil
}

// told is a release and its last entry that was announced; end, if it is a
// settled one's very last.
type told struct {
	ref Ref
	seq int64
	end bool
}

func (n news) told() told {
	last := n.entries[len(n.entries)-1].Entry.Seq
	return told{refOf(n.release), last, !n.release.Running() && last == n.release.Rev}
}

// tell announces for several releases at once, and notes in each how far it came.
func (l *Loop) tell(ctx context.Context, all []news) []told {
	var done []told
	var entries []Announcement
	for _, n := range all {
		if !n.complete() {
			n.entries = l.unannounced(ctx, n.release, n.was)
		}
		if len(n.entries) == 0 {
			continue
		}
		entries = append(entries, n.entries...)
		done = append(done, n.told())
	}
	if len(entries) == 0 {
		return nil
	}
	err := l.call(ctx, l.o.CallTimeout, func(ctx context.Context) error {
		return l.o.Announcer.Announce(ctx, entries)
	})
	if err != nil {
		l.log.Debug("not announced; the sweep will", zap.String("release", entries[0].Release.ID), zap.Error(err))
		return nil
	}
	return l.noteTold(ctx, done)
}

// noteTold notes how far each was announced. A conflict says that another worker
// noted as much.
func (l *Loop) noteTold(ctx context.Context, done []told) []told {
	kept := done[:0]
	for _, d := range done {
		err := l.call(ctx, l.o.CallTimeout, func(ctx context.Context) error {
			return l.o.Store.Announced(ctx, d.ref, d.seq, d.end)
		})
		if err != nil && !errors.Is(err, ErrConflict) {
			l.log.Debug("not noted as announced; the sweep will", zap.String("release", d.ref.ID), zap.Error(err))
			continue
		}
		kept = append(kept, d)
	}
	return kept
}

// complete: the entries follow the last announced one without a gap.
func (n news) complete() bool {
	for i, e := range n.entries {
		if e.Entry.Seq != n.was+1+int64(i) {
			return false
		}
	}
	return len(n.entries) > 0
}

// unannounced are the entries after the last that was announced.
func (l *Loop) unannounced(ctx context.Context, r statemachine.Release, after int64) []Announcement {
	if r.Rev <= after {
		return nil
	}
	var history []statemachine.Entry
	err := l.call(ctx, l.o.CallTimeout, func(ctx context.Context) (err error) {
		history, err = l.o.Store.History(ctx, r.ID, after)
		return err
	})
	if err != nil {
		l.log.Debug("history not read; the sweep announces", zap.String("release", r.ID), zap.Error(err))
		return nil
	}
	all := make([]Announcement, 0, len(history))
	for _, e := range history {
		if e.Seq > r.Rev {
			break // who saved it tells it, with the release as it is then
		}
		all = append(all, Announcement{ID: announcementID(Save{Next: r, Entry: e}), Entry: e, Release: r})
	}
	return all
}
