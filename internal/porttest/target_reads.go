package porttest

import (
	"context"
	"testing"

	"github.com/serinhq/serin/worker"
)

func targetReads() []claim[TargetHarness] {
	return []claim[TargetHarness]{
		{"Observe shows the one version and the fence", func(t *testing.T, h TargetHarness) {
			split, _ := h.observe(t)
			if version, one := split.One(); !one || version != h.Old {
				t.Errorf("shows %s, want all traffic on %s", split, h.Old)
			}
		}},
		{"Observe tells a foreign split as it is", func(t *testing.T, h TargetHarness) {
			h.Foreign(t, h.canary(42))
			h.shows(t, h.canary(42))
		}},
		{"Observe tells a foreign version as it is", func(t *testing.T, h TargetHarness) {
			if h.Other == "" {
				return
			}
			h.Foreign(t, h.split(h.Old, h.Other, 10))
			h.observe(t)
		}},
		{"Preflight names the canary", func(t *testing.T, h TargetHarness) {
			_, finding := h.preflight(t)
			if finding.Canary != h.New {
				t.Errorf("canary is %q, want %q", finding.Canary, h.New)
			}
			if len(finding.Problems) > 0 {
				t.Errorf("problems with a fit pair: %v", finding.Problems)
			}
		}},
		{"Preflight says why two versions may not be weighted together", func(t *testing.T, h TargetHarness) {
			if h.Unfit == nil {
				return
			}
			h.Unfit(t)
			_, finding := h.preflight(t)
			if len(finding.Problems) == 0 {
				t.Fatal("an unfit pair has no problems")
			}
			for _, p := range finding.Problems {
				if p.Code == "" || p.Text == "" {
					t.Errorf("problem %+v lacks its code or its text", p)
				}
			}
		}},
		{"Resolve turns what people say into the target's word", func(t *testing.T, h TargetHarness) {
			for said, want := range h.Resolves {
				got, err := h.Target.Resolve(t.Context(), said)
				if err != nil || got != want {
					t.Errorf("%q resolves to %q, %v; want %q", said, got, err, want)
				}
			}
		}},
		{"Resolve refuses what can't be a version", func(t *testing.T, h TargetHarness) {
			for _, said := range h.Invalid {
				_, err := h.Target.Resolve(t.Context(), said)
				is(t, err, worker.ErrInvalid)
			}
		}},
		{"Resolve does not find a version that is not there", func(t *testing.T, h TargetHarness) {
			if h.Unknown == "" {
				return
			}
			_, err := h.Target.Resolve(t.Context(), h.Unknown)
			is(t, err, worker.ErrNotFound)
		}},
		{"reading writes nothing", func(t *testing.T, h TargetHarness) {
			raw := h.Raw(t)
			h.preflight(t)
			for said := range h.Resolves {
				_, err := h.Target.Resolve(t.Context(), said)
				ok(t, err)
			}
			if n := h.Written(t); n != 0 || h.Raw(t) != raw {
				t.Errorf("%d writes; the world was\n%s\nand is\n%s", n, raw, h.Raw(t))
			}
		}},
		{"Observe says why it could not read", func(t *testing.T, h TargetHarness) {
			failsAs(t, h.Faults, Reads, func(ctx context.Context) error {
				_, _, err := h.Target.Observe(ctx)
				return err
			})
		}},
		{"Observe does not find a target that was removed", func(t *testing.T, h TargetHarness) {
			h.Remove(t)
			_, _, err := h.Target.Observe(t.Context())
			isCallError(t, err, worker.ErrNotFound)
		}},
	}
}
