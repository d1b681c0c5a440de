package porttest

import (
	"context"
	"errors"
	"testing"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func targetFailures() []claim[TargetHarness] {
	return []claim[TargetHarness]{
		{"Write says why it could not, and changes nothing", func(t *testing.T, h TargetHarness) {
			raw := h.Raw(t)
			_, token := h.observe(t)
			failsAs(t, h.Faults, Writes, func(ctx context.Context) error {
				return h.Target.Write(ctx, worker.Want{Split: h.canary(25)}, token)
			})
			if now := h.Raw(t); now != raw {
				t.Errorf("a refused write changed the world from\n%s\nto\n%s", raw, now)
			}
		}},
		{"a write whose answer was lost is no success, and is read back", func(t *testing.T, h TargetHarness) {
			_, token := h.observe(t)
			h.Break(t, Writes, Lost)
			err := h.Target.Write(t.Context(), worker.Want{Split: h.canary(25)}, token)
			h.Mend(t)
			// The SDK's own second try meets the fence that its first one moved.
			if !errors.Is(err, worker.ErrUnavailable) && !errors.Is(err, worker.ErrConflict) {
				t.Errorf("got error %v, want unavailable or conflict", err)
			}
			for range 3 { // each read back may find one part of the way done
				if got, token := h.observe(t); !got.ServesAs(h.canary(25)) {
					ok(t, h.Target.Write(t.Context(), worker.Want{Split: h.canary(25)}, token))
				}
			}
			h.shows(t, h.canary(25))
		}},
		{"Write refuses a version that is not there, and changes nothing", func(t *testing.T, h TargetHarness) {
			if h.Unknown == "" {
				return
			}
			raw := h.Raw(t)
			_, token := h.observe(t)
			unknown := h.split(h.Old, h.Unknown, 25)
			err := h.Target.Write(t.Context(), worker.Want{Split: unknown}, token)
			if !errors.Is(err, worker.ErrNotFound) && !errors.Is(err, worker.ErrInvalid) {
				t.Errorf("got error %v, want not found or invalid", err)
			}
			if now := h.Raw(t); now != raw {
				t.Errorf("a refused write changed the world from\n%s\nto\n%s", raw, now)
			}
		}},
		{"Write does not find a target that was removed", func(t *testing.T, h TargetHarness) {
			_, token := h.observe(t)
			h.Remove(t)
			err := h.Target.Write(t.Context(), worker.Want{Split: h.canary(25)}, token)
			isCallError(t, err, worker.ErrNotFound)
		}},
		{"a cancelled call fails and changes nothing", func(t *testing.T, h TargetHarness) {
			raw := h.Raw(t)
			_, token := h.observe(t)
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, _, err := h.Target.Observe(ctx)
			counts(t, err, statemachine.FaultUnavailable)
			counts(t, h.Target.Write(ctx, worker.Want{Split: h.canary(25)}, token), statemachine.FaultUnavailable)
			if now := h.Raw(t); now != raw {
				t.Errorf("a cancelled write changed the world from\n%s\nto\n%s", raw, now)
			}
		}},
		{"a denied read back does not hide the write", func(t *testing.T, h TargetHarness) {
			h.write(t, h.canary(25))
			h.Break(t, Reads, Denied)
			_, _, err := h.Target.Observe(t.Context())
			h.Mend(t)
			is(t, err, worker.ErrDenied)
			h.shows(t, h.canary(25))
		}},
	}
}

// counts checks what the core would make of an error.
func counts(t *testing.T, err error, want statemachine.FaultCode) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one that counts as %s", want)
		return
	}
	if got := worker.FaultOf(err).Code; got != want {
		t.Errorf("error %v counts as %s, want %s", err, got, want)
	}
}
