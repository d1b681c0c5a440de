package porttest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// AnnouncerHarness is an announcer and what others hear of it.
type AnnouncerHarness struct {
	Announcer worker.Announcer
	// Heard are the ids of the announcements that arrived, repeats included.
	Heard func(t *testing.T) []string
	Faults
}

// Announcer checks worker.Announcer's contract.
func Announcer(t *testing.T, open func(t *testing.T) AnnouncerHarness, within ...Within) {
	t.Helper()
	run(t, open, within, []claim[AnnouncerHarness]{
		{"all are heard, in tens or not", func(t *testing.T, h AnnouncerHarness) {
			ok(t, h.Announcer.Announce(t.Context(), announcements(23)))
			h.heard(t, 23)
		}},
		{"nothing to announce is fine", func(t *testing.T, h AnnouncerHarness) {
			ok(t, h.Announcer.Announce(t.Context(), nil))
			h.heard(t, 0)
		}},
		{"a repeat is harmless and keeps the id", func(t *testing.T, h AnnouncerHarness) {
			for range 2 {
				ok(t, h.Announcer.Announce(t.Context(), announcements(3)))
			}
			h.heard(t, 3)
		}},
		{"Announce says why it could not, and is repeated", func(t *testing.T, h AnnouncerHarness) {
			failsAs(t, h.Faults, Writes, func(ctx context.Context) error { return h.Announcer.Announce(ctx, announcements(3)) })
			h.heard(t, 0)
			h.Break(t, Writes, Lost)
			is(t, h.Announcer.Announce(t.Context(), announcements(3)), worker.ErrUnavailable)
			h.Mend(t)
			ok(t, h.Announcer.Announce(t.Context(), announcements(3)))
			h.heard(t, 3)
		}},
	})
}

// heard checks that the first n announcements were heard, however often.
func (h AnnouncerHarness) heard(t *testing.T, n int) {
	t.Helper()
	want, got := map[string]bool{}, map[string]bool{}
	for _, a := range announcements(n) {
		want[a.ID] = true
	}
	for _, id := range h.Heard(t) {
		got[id] = true
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("announcements heard (-want +got):\n%s", diff)
	}
}

func announcements(n int) []worker.Announcement {
	at := time.Date(2026, 11, 20, 14, 4, 40, 0, time.UTC)
	release := statemachine.New(statemachine.Spec{
		ID: ourRelease, Kind: statemachine.Forward,
		Plan:    statemachine.Plan{Canary: "checkout", Trigger: statemachine.TriggerSpec{Kind: statemachine.TriggerManual}},
		Trigger: statemachine.Trigger{Kind: statemachine.TriggerManual, Source: "manual#checkout", Key: "01KA0000000000000000000009"},
	}, at)
	release.Phase = statemachine.Baking
	var all []worker.Announcement
	for i := range n {
		release.Rev = int64(i + 1)
		all = append(all, worker.Announcement{
			ID: fmt.Sprintf("%s/%d", ourRelease, release.Rev),
			Entry: statemachine.Entry{
				Seq: release.Rev, At: at, From: statemachine.Shifting, To: statemachine.Baking,
				Reason: statemachine.Reason{Code: statemachine.CodeBakeStarted, Text: "baking", Cause: statemachine.Cause{Kind: statemachine.CauseOrder}},
			},
			Release: release,
		})
	}
	return all
}
