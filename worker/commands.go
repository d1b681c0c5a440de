package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"go.uber.org/zap"

	"github.com/serinhq/serin/statemachine"
)

// handleCommand deals with one command. It acts once, however often it comes:
// its outcome is written in the transaction it causes.
func (l *Loop) handleCommand(ctx context.Context, d Delivery) Verdict {
	var c Command
	if err := json.Unmarshal([]byte(d.Body), &c); err != nil || c.ID == "" || c.Verb == "" || c.Canary == "" {
		l.log.Warn("message is no command; handed back", zap.String("message", d.ID), zap.Int("receives", d.Receives))
		return Verdict{Delay: handBack, Why: "malformed"}
	}
	c.Actor = actor(c.Actor, d.Sender)
	if err := l.Command(ctx, c); err != nil {
		l.log.Warn("command not dealt with; handed back", zap.String("command", c.ID), zap.Int("receives", d.Receives), zap.Error(err))
		return Verdict{Delay: d.again(), Why: "failed"}
	}
	return Verdict{Ack: true, Why: "done"}
}

// actor is who the command line says it is, and last, whatever that is, who the
// queue knows it is: a claim of any length or wording leaves the proof in place.
func actor(claimed, sender string) string {
	if sender == "" || claimed == sender {
		return Clip(claimed)
	}
	proof := " (sender " + clip(sender, maxText/2) + ")"
	return clip(claimed, maxText-utf8.RuneCountInString(proof)) + proof
}

// Command does what a person asks, once. Nil: its outcome is in the table.
func (l *Loop) Command(ctx context.Context, c Command) error {
	err := l.call(ctx, l.o.CallTimeout, func(ctx context.Context) error {
		_, err := l.o.Store.Outcome(ctx, c.ID)
		return err
	})
	l.tableSaid(err)
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, ErrNotFound):
		return fmt.Errorf("look up command: %w", err)
	}
	outcome := &Outcome{Command: c.ID, At: l.now()}
	if !c.ExpiresAt.IsZero() && l.now().After(c.ExpiresAt) {
		return l.refuseCommand(ctx, outcome, "expired", "the command expired before a worker took it")
	}
	c.Reason = Clip(c.Reason)
	switch c.Verb {
	case VerbStart:
		return l.start(ctx, c, outcome)
	case VerbRevert:
		return l.revert(ctx, c, outcome)
	}
	return l.verb(ctx, c, outcome)
}

// verb gives the core one of its own verbs.
func (l *Loop) verb(ctx context.Context, c Command, outcome *Outcome) error {
	var verb statemachine.Verb
	if err := verb.UnmarshalText([]byte(c.Verb)); err != nil {
		return l.refuseCommand(ctx, outcome, "unknown_verb", err.Error())
	}
	s, err := l.load(ctx, Ref{c.Canary, c.Release})
	if errors.Is(err, ErrNotFound) {
		return l.refuseCommand(ctx, outcome, "not_found", "there is no release "+c.Release)
	}
	if err != nil {
		return err
	}
	t := &turn{stored: s, outcome: outcome}
	in := statemachine.Command{ID: c.ID, Verb: verb, Rev: c.Rev, Actor: c.Actor, Reason: c.Reason}
	d, err := l.decide(ctx, t, in)
	if err != nil {
		return err
	}
	if d.Change == statemachine.Unchanged {
		outcome.Release, outcome.Rev = t.release().ID, t.release().Rev
		return l.refuseCommand(ctx, outcome, string(d.Reason.Code), d.Reason.Text)
	}
	return l.carry(ctx, t)
}

// start begins a release by hand: it has no gate.
func (l *Loop) start(ctx context.Context, c Command, outcome *Outcome) error {
	plan, err := l.plan(ctx, c.Canary)
	if errors.Is(err, ErrNotFound) {
		return l.refuseCommand(ctx, outcome, "not_found", "there is no canary "+c.Canary)
	}
	if err != nil {
		return err
	}
	if plan.Guarded() {
		return l.refuseCommand(ctx, outcome, string(statemachine.CodeWrongPhase), c.Canary+" guards a deployment; it has no targets to start with")
	}
	for _, name := range c.FixForward {
		if !guards(plan, name) {
			return l.refuseCommand(ctx, outcome, "unknown_alarm", c.Canary+" has no alarm "+name)
		}
	}
	spec := l.base(plan)
	spec.Trigger = l.manual(c)
	spec.FixForward = c.FixForward
	override := map[int]string{}
	for i, target := range plan.Targets {
		if _, isVariable := variable(target.Version); c.Version != "" || isVariable || target.Version == "" {
			override[i] = c.Version
		}
	}
	if c.Version == "" && len(override) > 0 {
		return l.refuseCommand(ctx, outcome, string(statemachine.CodeUnresolved), "a start by hand needs --version: the file names none")
	}
	if err := l.resolve(ctx, &spec, override); err != nil {
		return err
	}
	return l.admit(ctx, spec, outcome)
}

func guards(p statemachine.Plan, alarm string) bool {
	for _, a := range p.Alarms {
		if a.Name == alarm {
			return true
		}
	}
	return false
}

func (l *Loop) manual(c Command) statemachine.Trigger {
	return statemachine.Trigger{Kind: statemachine.TriggerManual, Source: "manual#" + c.Canary, Key: c.ID, At: l.now()}
}

// revert goes back to the restore point of the last promoted release.
func (l *Loop) revert(ctx context.Context, c Command, outcome *Outcome) error {
	plan, err := l.plan(ctx, c.Canary)
	if errors.Is(err, ErrNotFound) {
		return l.refuseCommand(ctx, outcome, "not_found", "there is no canary "+c.Canary)
	}
	if err != nil {
		return err
	}
	slot, err := l.slot(ctx, c.Canary)
	if err != nil {
		return err
	}
	active, err := l.named(ctx, c.Canary, slot.Active)
	if err != nil {
		return err
	}
	to, version, problem := slot.RevertOf(plan, active)
	if problem != nil {
		return l.refuseCommand(ctx, outcome, string(problem.Code), problem.Text)
	}
	spec := l.base(plan)
	spec.Kind, spec.Trigger, spec.Version, spec.Revert = statemachine.Revert, l.manual(c), version, &to
	for _, split := range to.To {
		back, _ := split.One()
		spec.Canaries = append(spec.Canaries, back)
	}
	return l.admit(ctx, spec, outcome)
}

// refuseCommand keeps the refusal; a release that has no command has no outcome.
func (l *Loop) refuseCommand(ctx context.Context, o *Outcome, code, text string) error {
	if o == nil {
		return nil
	}
	o.Done, o.Code, o.Text, o.At = false, code, Clip(text), l.now()
	err := l.call(ctx, l.o.CallTimeout, func(ctx context.Context) error {
		return l.o.Store.PutOutcome(ctx, *o)
	})
	l.tableSaid(err)
	if err != nil && !errors.Is(err, ErrConflict) {
		return fmt.Errorf("keep outcome of command %s: %w", o.Command, err)
	}
	l.log.Info("command refused", zap.String("command", o.Command), zap.String("code", code), zap.String("text", o.Text))
	return nil
}
