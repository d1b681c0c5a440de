package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func newGetCanariesCommand(s *session) *cobra.Command {
	return &cobra.Command{
		Use:     "canaries [NAME]",
		Aliases: []string{"canary"},
		Short:   "List the canaries in force, or one",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a, err := s.app()
			if err != nil {
				return err
			}
			catalog, err := a.Catalog(cmd.Context())
			if err != nil {
				return err
			}
			all, unread := canaries(cmd.Context(), catalog, args)
			if unread != nil && len(all) == 0 {
				return unread
			}
			views := make([]canaryView, len(all))
			for i, d := range all {
				views[i] = canaryOf(d)
			}
			err = s.print(views, func(w io.Writer) error { return canaryTable(w, views, time.Now()) })
			return errors.Join(err, unread)
		},
	}
}

// canaries are all, or the one that is named.
func canaries(ctx context.Context, catalog worker.Catalog, names []string) ([]worker.Definition, error) {
	if len(names) == 0 {
		all, err := worker.All(catalog.Canaries(ctx))
		if err != nil {
			return all, fmt.Errorf("list canaries: %w", err)
		}
		return all, nil
	}
	one, err := canaryNamed(ctx, catalog, names[0])
	if err != nil {
		return nil, err
	}
	return []worker.Definition{one}, nil
}

// canaryNamed reads a canary; one that is not there is exit 3.
func canaryNamed(ctx context.Context, catalog worker.Catalog, name string) (worker.Definition, error) {
	d, err := catalog.Canary(ctx, name)
	switch {
	case errors.Is(err, worker.ErrNotFound):
		return d, exit(exitNotFound, fmt.Errorf("there is no canary %q; serin get canaries lists them", name))
	case err != nil:
		return d, fmt.Errorf("read canary %s: %w", name, err)
	}
	return d, nil
}

// canaryView is a canary as JSON.
type canaryView struct {
	Name       string         `json:"name"`
	Definition int            `json:"definition"`
	Trigger    triggerView    `json:"trigger"`
	Targets    []canaryTarget `json:"targets"`
	Steps      int            `json:"steps"`
	Alarms     []string       `json:"alarms"`
	AppliedAt  moment         `json:"appliedAt"`
	AppliedBy  string         `json:"appliedBy"`
	File       string         `json:"file"`
}

type canaryTarget struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

func canaryOf(d worker.Definition) canaryView {
	v := canaryView{
		Name: d.Plan.Canary, Definition: d.Plan.Definition, Trigger: triggerView{d.Plan.Trigger.Kind.String(), watches(d.Plan)},
		Targets: []canaryTarget{}, Steps: len(d.Plan.Steps), Alarms: []string{},
		AppliedAt: moment{d.AppliedAt}, AppliedBy: d.AppliedBy, File: d.File,
	}
	for _, t := range d.Plan.Targets {
		v.Targets = append(v.Targets, canaryTarget{t.Kind, t.Name})
	}
	for _, a := range d.Plan.Alarms {
		v.Alarms = append(v.Alarms, a.Name)
	}
	return v
}

// watches is what a canary's releases begin with.
func watches(p statemachine.Plan) string {
	switch {
	case p.Deployment != nil:
		return p.Deployment.Key
	case p.Trigger.Kind == statemachine.TriggerPipeline:
		return p.Trigger.Pipeline + "/" + p.Trigger.Stage + "/" + p.Trigger.Action
	}
	return ""
}

func canaryTable(w io.Writer, views []canaryView, now time.Time) error {
	table := newColumns(w, "NAME", "DEFINITION", "TRIGGER", "TARGETS", "STEPS", "ALARMS", "APPLIED", "BY")
	for _, v := range views {
		var targets []string
		for _, t := range v.Targets {
			targets = append(targets, t.Kind+" "+t.Name)
		}
		table.row(v.Name, fmt.Sprint(v.Definition), v.Trigger.Kind+" "+v.Trigger.Key, strings.Join(targets, ", "),
			fmt.Sprint(v.Steps), strings.Join(v.Alarms, ", "), clock(v.AppliedAt.Time, now), v.AppliedBy)
	}
	return table.end()
}
