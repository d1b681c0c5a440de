package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/serinhq/serin/internal/app"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// here does what a person asks in this process: the worker's own loop for this one
// release, with the caller's credentials, until traffic is where it stays. --wait,
// if it was given, limits that.
func (s *session) here(ctx context.Context, a *app.App, o *order, stored worker.Stored, limited bool) error {
	r := stored.Release
	if o.verb == statemachine.VerbPromote.String() && len(r.Pending) > 0 && r.WakeAt.After(time.Now()) {
		return exit(exitRefused, fmt.Errorf("refused, nothing was changed: release %s has an order in hand (%s), and whoever has it may act until %s; ask again then, or roll back",
			r.ID, r.Pending[0].Kind, r.WakeAt.UTC().Format(time.TimeOnly)+"Z"))
	}
	loop, err := a.Here(ctx, hereLog(s.Err))
	if err != nil {
		return err
	}
	if limited {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.wait)
		defer cancel()
	}
	ref := worker.Ref{Canary: r.Canary, ID: r.ID}
	if o.verb == statemachine.VerbRollback.String() && r.Phase == statemachine.RollingBack {
		err = takeOver(ctx, loop, ref)
	} else {
		err = s.hereCommand(ctx, a, loop, o, ref)
	}
	if err != nil {
		return err
	}
	end, err := s.followHere(ctx, loop, ref)
	if err != nil {
		return fmt.Errorf("release %s is still %s; whoever looks after it next carries on: %w", r.ID, end.Phase, err)
	}
	return s.reportHere(o, end)
}

// hereCommand gives the command to the loop: it saves, and so owns what it orders.
func (s *session) hereCommand(ctx context.Context, a *app.App, loop *worker.Loop, o *order, ref worker.Ref) error {
	catalog, err := a.Catalog(ctx)
	if err != nil {
		return err
	}
	c := s.command(ctx, a, o, worker.Command{Canary: ref.Canary, Release: ref.ID, Rev: o.rev})
	err = loop.Command(ctx, c)
	outcome, unread := catalog.Outcome(ctx, c.ID)
	switch {
	case err != nil && unread != nil:
		return fmt.Errorf("%s: %w", o.verb, err)
	case err != nil:
		// Saved; what failed came after it, and following tries it again.
		fmt.Fprintf(s.Err, "serin: %v; trying again\n", err)
	case unread != nil:
		return fmt.Errorf("read outcome of %s: %w", o.verb, unread)
	}
	if !outcome.Done {
		return s.report(outcome)
	}
	s.note("%s (%s); release %s is at rev %d", outcome.Text, outcome.Code, ref.ID, outcome.Rev)
	return nil
}

// takeOver takes a rollback from whoever has it. A release that changes meanwhile
// is looked at again.
func takeOver(ctx context.Context, loop *worker.Loop, ref worker.Ref) error {
	for {
		err := loop.TakeOver(ctx, ref)
		if !errors.Is(err, worker.ErrConflict) {
			return err
		}
		if !wait(ctx, 100*time.Millisecond) {
			return ctx.Err()
		}
	}
}

// followHere follows until traffic is where it stays. What AWS does not answer now
// is asked again: a rollback does not give up.
func (s *session) followHere(ctx context.Context, loop *worker.Loop, ref worker.Ref) (statemachine.Release, error) {
	for {
		r, err := loop.Follow(ctx, ref)
		again := errors.Is(err, worker.ErrUnavailable) || errors.Is(err, worker.ErrThrottled) || errors.Is(err, worker.ErrConflict)
		if !again || ctx.Err() != nil {
			return r, err
		}
		fmt.Fprintf(s.Err, "serin: %v; trying again\n", err)
		if !wait(ctx, time.Second) {
			return r, ctx.Err()
		}
	}
}

// reportHere prints how it ended; an end that was not asked for is an error.
func (s *session) reportHere(o *order, r statemachine.Release) error {
	view := outcomeView{nil, orNull(r.ID), r.Rev, r.Phase.String(), failureText(r)}
	err := s.print(view, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "release %s is %s at rev %d; it settles once a worker looks after it\n", r.ID, because(r.Phase.String(), failureText(r)), r.Rev)
		return err
	})
	asked := r.Phase == statemachine.Promoted
	if o.verb == statemachine.VerbRollback.String() {
		asked = r.Phase == statemachine.RolledBack || r.Phase == statemachine.Refused
	}
	if err == nil && !asked {
		err = fmt.Errorf("%s was asked, and release %s is %s", o.verb, r.ID, r.Phase)
	}
	return err
}

// hereLog tells what the loop does, a line each, for people.
func hereLog(w io.Writer) *zap.Logger {
	encoder := zapcore.NewConsoleEncoder(zapcore.EncoderConfig{
		TimeKey: "at", LevelKey: "level", MessageKey: "what", EncodeTime: zapcore.TimeEncoderOfLayout(time.TimeOnly),
		EncodeLevel: zapcore.LowercaseLevelEncoder, EncodeDuration: zapcore.StringDurationEncoder, ConsoleSeparator: " ",
	})
	return zap.New(zapcore.NewCore(encoder, zapcore.AddSync(w), zapcore.InfoLevel))
}
