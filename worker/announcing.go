package worker

import (
	"context"
	"strconv"

	"go.uber.org/zap"

	"github.com/serinhq/serin/statemachine"
)

func announcementID(s Save) string {
	return s.Next.ID + "/" + strconv.FormatInt(s.Entry.Seq, 10)
}

// announce tells others what was saved, after it was saved. It is never a
// condition for anything: what fails here the sweep sends again.
func (l *Loop) announce(ctx context.Context, t *turn) {
	ref := refOf(t.release())
	was := t.stored.AnnouncedSeq
	entries := t.entries
	t.entries = nil
	if len(entries) == 0 || entries[0].Entry.Seq != was+1 {
		entries = l.unannounced(ctx, t, was)
	}
	if len(entries) == 0 {
		return
	}
	last := entries[len(entries)-1].Entry.Seq
	err := l.call(ctx, l.o.CallTimeout, func(ctx context.Context) error {
		return l.o.Announcer.Announce(ctx, entries)
	})
	if err == nil {
		err = l.call(ctx, l.o.CallTimeout, func(ctx context.Context) error {
			return l.o.Store.Announced(ctx, ref, was, last)
		})
	}
	if err != nil {
		l.log.Debug("not announced; the sweep will", zap.String("release", ref.ID), zap.Error(err))
		return
	}
	t.stored.AnnouncedSeq = last
}

// unannounced are the entries after the last that was announced.
func (l *Loop) unannounced(ctx context.Context, t *turn, after int64) []Announcement {
	if t.release().Rev <= after {
		return nil
	}
	var history []statemachine.Entry
	err := l.call(ctx, l.o.CallTimeout, func(ctx context.Context) (err error) {
		history, err = l.o.Store.History(ctx, t.release().ID, after)
		return err
	})
	if err != nil {
		l.log.Debug("history not read; the sweep announces", zap.String("release", t.release().ID), zap.Error(err))
		return nil
	}
	all := make([]Announcement, 0, len(history))
	for _, e := range history {
		all = append(all, Announcement{ID: announcementID(Save{Next: t.release(), Entry: e}), Entry: e, Release: t.release()})
	}
	return all
}
