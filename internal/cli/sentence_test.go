package cli

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/statemachine"
)

// at is a time of the night that the sentences are about.
func at(clock string) time.Time {
	t, err := time.Parse("2006-01-02 15:04", "2026-11-23 "+clock)
	if err != nil {
		panic(err)
	}
	return t
}

// baking is the example release but for its phase.
func baking(phase statemachine.Phase, change func(*statemachine.Release)) statemachine.Release {
	shows := &statemachine.Split{Stable: "42", Canary: "43", WeightPct: 25}
	r := statemachine.Release{
		ID: "01KA", Canary: "checkout", Kind: statemachine.Forward, Phase: phase, Rev: 7, Step: 2,
		Version: "43", FromVersion: "42", UpdatedAt: at("02:14"), WakeAt: at("14:14"), WaitUntil: at("14:14"), BakeEnd: at("02:44"),
		Plan: statemachine.Plan{
			Targets: []statemachine.TargetSpec{{Kind: "lambda", Name: "checkout:live"}},
			Steps:   make([]statemachine.Step, 4),
		},
		Targets: []statemachine.Target{{Name: "checkout:live", Canary: "43", Want: shows, Seen: shows,
			Restore: &statemachine.Split{Stable: "42"}}},
		Alarms: []statemachine.Alarm{{Name: "checkout-5xx", State: statemachine.AlarmOK}},
	}
	if change != nil {
		change(&r)
	}
	return r
}

func failed(r *statemachine.Release) {
	r.Failure = &statemachine.Failure{Code: statemachine.CodeAlarm, Text: "alarm checkout-5xx went to ALARM at 02:13", At: at("02:14")}
	r.FinishedAt, r.SettleAt = at("02:15"), at("02:16")
}

func settled(r *statemachine.Release) { r.FinishedAt, r.SettledAt = at("02:15"), at("02:16") }

func TestSentence_ofEachPhase(t *testing.T) {
	for want, r := range map[string]statemachine.Release{
		"checkout 42 → 43 · 25 % since 02:14 · next: approval, by a person, until 14:14 · would roll back on checkout-5xx (OK)": baking(statemachine.Gated, nil),
		"checkout → 43 · queued since 02:14 · next: the running release to settle, by serin": baking(statemachine.Queued, func(r *statemachine.Release) {
			r.FromVersion = ""
		}),
		"checkout → 43 · preflight since 02:14: alarm checkout-5xx is ALARM · next: preflight, by serin, at 02:29": baking(statemachine.Preflight, func(r *statemachine.Release) {
			r.FromVersion, r.Waiting, r.PreflightUntil = "", "alarm checkout-5xx is ALARM", at("02:29")
		}),
		"checkout 42 → 43 · 25 % since 02:14 · next: shift checkout:live, by serin · would roll back on checkout-5xx (OK)": baking(statemachine.Shifting, func(r *statemachine.Release) {
			r.Pending = []statemachine.Order{{Kind: statemachine.Shift, Target: "checkout:live"}}
		}),
		"checkout 42 → 43 · 25 % since 02:14 · next: end of bake, at 02:44 · would roll back on a (OK), b (NO_DATA)": baking(statemachine.Baking, func(r *statemachine.Release) {
			r.Alarms = []statemachine.Alarm{{Name: "a", State: statemachine.AlarmOK}, {Name: "b", State: statemachine.AlarmNoData}}
		}),
		"checkout 42 → 43 · 25 % since 02:14 · next: answer, by serin, at 02:15 · no alarm guards it": baking(statemachine.Promoting, func(r *statemachine.Release) {
			r.FixForward = []string{"checkout-5xx"}
			r.Pending = []statemachine.Order{{Kind: statemachine.Answer, RetryAt: at("02:15")}}
		}),
		"checkout 42 → 43 · promoted at 02:15": baking(statemachine.Promoted, settled),
		"checkout 42 → 43 · promoted at 02:15: alarm checkout-5xx went to ALARM at 02:13 · next: settle, at 02:16": baking(statemachine.Promoted, failed),
		"checkout 42 → 43 · rolling back since 02:14: alarm checkout-5xx went to ALARM at 02:13 · STUCK since 02:14: access denied · next: restore checkout:live, by serin": baking(statemachine.RollingBack, func(r *statemachine.Release) {
			failed(r)
			r.Pending = []statemachine.Order{{Kind: statemachine.Restore, Target: "checkout:live"}}
			r.Stuck = &statemachine.Stuck{Code: "denied", Error: "access denied", Since: at("02:14")}
		}),
		"checkout 42 → 43 · rolled back at 02:15: alarm checkout-5xx went to ALARM at 02:13 · next: settle, at 02:16":        baking(statemachine.RolledBack, failed),
		"checkout 42 → 43 · refused at 02:15: alarm checkout-5xx went to ALARM at 02:13 · next: the gate's answer, by serin": baking(statemachine.Refused, failed),
		"checkout 42 → 43 · superseded at 02:15": baking(statemachine.Superseded, settled),
		"checkout revert 43 → 42 · 25 % since 02:14 · next: promote checkout:live, by serin": baking(statemachine.Promoting, func(r *statemachine.Release) {
			r.Kind, r.FromVersion, r.Version = statemachine.Revert, "43", "42"
			r.Pending = []statemachine.Order{{Kind: statemachine.Promote, Target: "checkout:live"}}
		}),
		"checkout 42 → 43 · 25 % since 02:14 · held by ana since 02:20: lunch · next: resume, by a person, until Nov 24 02:20 · would roll back on checkout-5xx (OK)": baking(statemachine.Baking, func(r *statemachine.Release) {
			r.Held = &statemachine.Held{By: "ana", Reason: "lunch", Since: at("02:20"), Until: at("02:20").AddDate(0, 0, 1)}
		}),
		"checkout 42 → 43 · 25 % since 02:14 · waiting: alarm checkout-5xx is no_data · OVERDUE since 02:14: no worker looked after it · next: a healthy look · would roll back on checkout-5xx (OK)": baking(statemachine.Baking, func(r *statemachine.Release) {
			r.Waiting, r.WakeAt = "alarm checkout-5xx is no_data", at("02:14")
		}),
		"checkout 42 → 43 · shifting since 02:14 · next: AWS to shift, by AWS, until 06:00 · would roll back on checkout-5xx (OK)": baking(statemachine.Shifting, func(r *statemachine.Release) {
			r.Plan.Deployment, r.Deployment, r.DeadlineAt = &statemachine.DeploymentSpec{}, &statemachine.Deployment{}, at("06:00")
		}),
	} {
		t.Run(strings.ReplaceAll(r.Phase.String(), " ", "_"), func(t *testing.T) {
			if diff := cmp.Diff(want, sentence(r, at("02:14"), at("02:30"))); diff != "" {
				t.Errorf("sentence (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSinceWhen_isSinceTheWeightWhileItMovesForward(t *testing.T) {
	line := func(to statemachine.Phase, weight float64, clock string) statemachine.Entry {
		return statemachine.Entry{To: to, WeightPct: weight, At: at(clock)}
	}
	history := []statemachine.Entry{
		line(statemachine.Baking, 5, "01:00"), line(statemachine.Shifting, 5, "01:30"),
		line(statemachine.Baking, 25, "02:14"), line(statemachine.Gated, 25, "02:44"),
	}
	if got := sinceWhen(baking(statemachine.Gated, nil), history); !got.Equal(at("02:14")) {
		t.Errorf("since %s, want since 25%% was shown", got)
	}
	history = append(history, line(statemachine.RollingBack, 25, "02:50"), line(statemachine.RollingBack, 0, "02:51"))
	if got := sinceWhen(baking(statemachine.RollingBack, nil), history); !got.Equal(at("02:50")) {
		t.Errorf("since %s, want since the phase began", got)
	}
}
