package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/serinhq/serin/internal/app"
	"github.com/serinhq/serin/internal/canaryfile"
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
	targets, err := a.Targets(ctx)
	if err != nil {
		return err
	}
	if err := fits(file.Plan, targets.Kind); err != nil {
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
