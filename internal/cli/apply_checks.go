package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/serinhq/serin/internal/canaryfile"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// fits refuses what the file alone can't show to be wrong: a kind that this
// program does not know, and a promote without undo that is not the last.
func fits(plan statemachine.Plan, kindOf func(name string) (worker.TargetKind, bool)) error {
	for i, spec := range plan.Targets {
		kind, ok := kindOf(spec.Kind)
		switch {
		case !ok:
			return fmt.Errorf("canary %s: targets[%d]: this program knows no target of kind %s", plan.Canary, i, spec.Kind)
		case kind.Traits.NoUndo && i < len(plan.Targets)-1:
			return fmt.Errorf("canary %s: targets[%d]: the promote of %s %s can't be taken back, so it must be the last target", plan.Canary, i, spec.Kind, spec.Name)
		}
	}
	return nil
}

// allowed refuses to change what a running release was begun for, unless forced.
func allowed(ctx context.Context, catalog worker.Catalog, old, fresh statemachine.Plan, changes []string, force bool) error {
	if force || !canaryfile.NeedsForce(old, fresh) {
		return nil
	}
	busy, err := running(ctx, catalog, old.Canary)
	if err != nil || busy == "" {
		return err
	}
	return exit(exitRefused, fmt.Errorf("canary %s: %s, and this changes its targets or trigger; nothing was applied\n  %s\nwait for its end, or apply with --force: the release keeps the plan it began with",
		old.Canary, busy, strings.Join(changes, "\n  ")))
}

// running says which release of a canary runs or waits; "" if none does.
func running(ctx context.Context, catalog worker.Catalog, canary string) (string, error) {
	slot, err := catalog.Slot(ctx, canary)
	if err != nil {
		return "", fmt.Errorf("read slot of %s: %w", canary, err)
	}
	id := slot.Active
	if id == "" {
		id = slot.Next
	}
	if id == "" {
		return "", nil
	}
	stored, err := catalog.Load(ctx, worker.Ref{Canary: canary, ID: id})
	if err != nil {
		return "", fmt.Errorf("load release %s: %w", id, err)
	}
	text := "release " + id + " is " + stored.Release.Phase.String()
	if !stored.Release.FinishedAt.IsZero() {
		text += " but not settled yet"
	}
	return text, nil
}
