package worker

import (
	"context"
	"time"

	"github.com/serinhq/serin/statemachine"
)

// Token is an API's fence as read with a split: Lambda's RevisionId, an ETag.
// Empty: the API has none.
type Token string

// Want is a split to write.
type Want struct {
	statemachine.Split
	// Mark, when set, makes an otherwise identical write differ, so that the
	// fence moves. Only fenced targets get one, and only after a read back showed
	// that an identical write left the token where it was.
	Mark string
}

// Target is something Serin itself moves. Observe and Write are two calls
// because the loop re-reads the release between them; Shift, Promote and Restore
// are the loop's words, a target knows no order. Errors wrap the sentinels of
// this package, in a [CallError]. Safe for concurrent use.
type Target interface {
	// Observe reads what the target shows, and the fence to write with. Rolling says
	// that AWS is still carrying it out.
	Observe(ctx context.Context) (statemachine.Split, Token, error)
	// Write shows want if the fence is still have; ErrConflict when it has moved,
	// ErrNotReady when the target can't take the weight yet (what prepares it, such
	// as attaching at weight 0, may have been written). It writes nothing that is
	// not want's, and is safe to repeat.
	Write(ctx context.Context, want Want, have Token) error
	// Preflight says which version would be the canary for a release that was
	// resolved to it ("" if only the target can tell: roles swap), and why the two
	// may not be weighted together. It writes nothing.
	Preflight(ctx context.Context, in TargetPreflight) (TargetFinding, error)
	// Resolve turns a version as the file or a person says it (a number, a
	// qualified ARN, "latest") into the target's own word. ErrInvalid if it can't
	// be one, ErrNotFound if there is none such.
	Resolve(ctx context.Context, version string) (string, error)
}

// TargetPreflight is what a target is asked before anything moves.
type TargetPreflight struct {
	// Release is the release's id: what is made for it alone is named after it.
	Release string
	// Shows is what Observe just read.
	Shows statemachine.Split
	// Canary is the resolved version, or "".
	Canary string
	// WeightsPct are the plan's weights.
	WeightsPct []float64
}

// TargetFinding is the answer.
type TargetFinding struct {
	// Canary is the version the release would give it.
	Canary string
	// Form becomes the restore point's Form.
	Form string
	// Lag is how long clients may go on showing what was there before a write: a
	// config object's max-age. 0: no longer than the call.
	Lag      time.Duration
	Problems []statemachine.Problem
}

// TargetKind is what is known of a kind of target before one is opened.
type TargetKind struct {
	Traits statemachine.Traits
	// API is the service whose sweep budget its reads take from: "lambda", "elb".
	API string
}

// Targets opens targets. Adapter: app over internal/target; local.
type Targets interface {
	// Kind tells of a kind; false if there is none of that name.
	Kind(name string) (TargetKind, bool)
	// Open makes the target of a spec. No call is made. An error is a wrong Config.
	Open(spec statemachine.TargetSpec) (Target, error)
}
