package statemachine

import (
	"fmt"
	"math"
	"strconv"
)

// Split is what a target shows: which version gets the rest of the traffic,
// which one is the canary, and the canary's share.
type Split struct {
	// Stable is the version that gets the rest, in the target's own words (a
	// Lambda version, a target group ARN). Never empty.
	Stable string `json:"stable"`
	// Canary is the version that gets WeightPct. Empty: the target names one
	// version only. A canary at weight 0 is attached but gets no traffic.
	Canary string `json:"canary,omitempty"`
	// WeightPct is the canary's share in percent, 0–100, at most two decimals.
	WeightPct float64 `json:"weight"`
	// Form is the adapter's own note of exactly what it saw at preflight, kept
	// in the restore point and handed back with every split to write. The core
	// neither reads nor compares it.
	Form string `json:"form,omitempty"`
	// Rolling: AWS is still carrying the split out (CloudFront InProgress, Route 53
	// PENDING). What is shown is written, and its fence is sound, so it may be
	// written over; but no order is confirmed by it. A forward order waits until it
	// is carried out, at most until the deadline; a Restore that is written waits
	// without being written again; preflight does not begin. Neither Same nor
	// ServesAs looks at it. Only Observe sets it.
	Rolling bool `json:"rolling,omitempty"`
}

// Pct rounds a share to the two decimals that splits are compared in.
func Pct(share float64) float64 { return math.Round(share*100) / 100 }

// Same reports whether both splits name the same versions at the same shares. A
// target whose groups swap roles can't tell which of two is the canary: 25% on b
// beside a is 75% on a beside b.
func (s Split) Same(o Split) bool {
	if s.Canary != "" && s.Stable == o.Canary && s.Canary == o.Stable {
		return Pct(s.WeightPct+o.WeightPct) == 100
	}
	return s.Stable == o.Stable && s.Canary == o.Canary && s.WeightPct == o.WeightPct
}

// One reports whether all traffic is on one version, and which. A canary that
// is attached at weight 0 gets nothing; one at 100 gets everything.
func (s Split) One() (version string, ok bool) {
	switch {
	case s.Canary == "" || s.WeightPct == 0:
		return s.Stable, s.Stable != ""
	case s.WeightPct == 100:
		return s.Canary, true
	}
	return "", false
}

// ServesAs reports whether both splits send the same traffic to the same
// versions, however they are written.
func (s Split) ServesAs(o Split) bool {
	if s.Same(o) {
		return true
	}
	a, aok := s.One()
	b, bok := o.One()
	return aok && bok && a == b
}

// String is the split as people read it: "42", or "42 with 25% on 43".
func (s Split) String() string {
	if s.Canary == "" {
		return s.Stable
	}
	return fmt.Sprintf("%s with %s on %s", s.Stable, percent(s.WeightPct), s.Canary)
}

func percent(w float64) string { return strconv.FormatFloat(w, 'f', -1, 64) + "%" }
