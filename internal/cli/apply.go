package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/serinhq/serin/internal/app"
	"github.com/serinhq/serin/internal/canaryfile"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func newApplyCommand(s *session) *cobra.Command {
	var file string
	var force bool
	cmd := &cobra.Command{
		Use:   "apply -f FILE",
		Short: "Put a canary's definition in force, and show what changes",
		Long: `Put a canary's definition in force, and show what changes. "-" is standard input.

A release that runs keeps the plan it began with. Changing targets or trigger
while one runs needs --force.`,
		Example: "  serin apply -f checkout.yaml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file == "" {
				return usage(errors.New("no file is named; expected serin apply -f FILE"))
			}
			text, loaded, err := s.load(file)
			if err != nil {
				return err
			}
			a, err := s.app()
			if err != nil {
				return err
			}
			return s.apply(cmd.Context(), a, string(text), loaded, force)
		},
	}
	cmd.Flags().StringVarP(&file, "file", "f", "", "the canary file")
	cmd.Flags().BoolVar(&force, "force", false, "also change targets or trigger while a release runs")
	return cmd
}

// appliedView is what apply did.
type appliedView struct {
	Canary string `json:"canary"`
	// Definition is the number in force now, Was the one before; null if it is new.
	Definition int                  `json:"definition"`
	Was        *int                 `json:"was"`
	Changes    []string             `json:"changes"`
	Warnings   []canaryfile.Problem `json:"warnings"`
}

func (s *session) apply(ctx context.Context, a *app.App, text string, file canaryfile.File, force bool) error {
	catalog, err := a.Catalog(ctx)
	if err != nil {
		return err
	}
	if err := fits(ctx, a, file.Plan); err != nil {
		return err
	}
	name := file.Plan.Canary
	old, err := catalog.Canary(ctx, name)
	fresh := errors.Is(err, worker.ErrNotFound)
	if err != nil && !fresh {
		return fmt.Errorf("read canary %s: %w", name, err)
	}
	view := appliedView{Canary: name, Changes: []string{}, Warnings: append([]canaryfile.Problem{}, file.Warnings...)}
	if !fresh {
		view.Was, view.Definition = &old.Plan.Definition, old.Plan.Definition
		view.Changes = append(view.Changes, canaryfile.Diff(old.Plan, file.Plan)...)
		if err := allowed(ctx, catalog, old.Plan, file.Plan, view.Changes, force); err != nil {
			return err
		}
	}
	if fresh || old.File != text || len(view.Changes) > 0 {
		d := worker.Definition{Plan: file.Plan, AppliedAt: time.Now().UTC(), AppliedBy: s.actor(ctx, a), File: text}
		view.Definition, err = catalog.Apply(ctx, d, old.Plan.Definition)
		if errors.Is(err, worker.ErrConflict) {
			return exit(exitRefused, fmt.Errorf("canary %s was changed by somebody else just now; look, and apply again", name))
		}
		if err != nil {
			return fmt.Errorf("apply canary %s: %w", name, err)
		}
	}
	return s.print(view, func(w io.Writer) error { return appliedTable(w, view) })
}

// fits refuses what the file alone can't show to be wrong: a kind that this
// program does not know, and a promote without undo that is not the last.
func fits(ctx context.Context, a *app.App, plan statemachine.Plan) error {
	if len(plan.Targets) == 0 {
		return nil
	}
	targets, err := a.Targets(ctx)
	if err != nil {
		return err
	}
	for i, spec := range plan.Targets {
		kind, ok := targets.Kind(spec.Kind)
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

func appliedTable(w io.Writer, v appliedView) error {
	for _, p := range v.Warnings {
		fmt.Fprintf(w, "warning: %s\n", p)
	}
	switch {
	case v.Was == nil:
		fmt.Fprintf(w, "canary %s is new: definition %d\n", v.Canary, v.Definition)
	case *v.Was == v.Definition:
		fmt.Fprintf(w, "canary %s is unchanged: definition %d\n", v.Canary, v.Definition)
	default:
		fmt.Fprintf(w, "canary %s is changed: definition %d → %d\n", v.Canary, *v.Was, v.Definition)
	}
	for _, line := range v.Changes {
		fmt.Fprintln(w, "  "+line)
	}
	return nil
}
