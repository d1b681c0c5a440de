package worker

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/serinhq/serin/statemachine"
)

// resolve finds the version of every target, once. What can't be resolved
// refuses the release at birth, naming names and never values; what can't be read
// now is an error.
func (l *Loop) resolve(ctx context.Context, spec *statemachine.Spec, override map[int]string) error {
	values, problem, err := l.variables(ctx, *spec)
	if err != nil {
		return err
	}
	for i, target := range spec.Plan.Targets {
		text, asked := override[i]
		if !asked {
			text = target.Version
			if name, ok := variable(text); ok {
				text = values[name]
			}
		}
		if problem != nil {
			spec.Canaries = append(spec.Canaries, "")
			continue
		}
		version, err := l.resolveOne(ctx, target, text)
		switch {
		case errors.Is(err, ErrInvalid), errors.Is(err, ErrNotFound), errors.Is(err, ErrDenied):
			problem = &statemachine.Problem{Code: statemachine.CodeVersionUnfit, Text: Clip(target.Name + ": " + err.Error())}
		case err != nil:
			return fmt.Errorf("resolve version of %s: %w", target.Name, err)
		}
		if spec.Version == "" {
			spec.Version = version
		}
		if target.Traits.SwapsRoles || target.Traits.Labelled {
			version = ""
		}
		spec.Canaries = append(spec.Canaries, version)
	}
	spec.Refusal = problem
	return nil
}

func (l *Loop) resolveOne(ctx context.Context, spec statemachine.TargetSpec, text string) (version string, err error) {
	target, err := l.o.Targets.Open(spec)
	if err != nil {
		return "", err
	}
	err = l.call(ctx, l.o.CallTimeout, func(ctx context.Context) error {
		version, err = target.Resolve(ctx, text)
		return err
	})
	return version, err
}

// variables reads the output variables that the plan refers to, and no others.
func (l *Loop) variables(ctx context.Context, spec statemachine.Spec) (map[string]string, *statemachine.Problem, error) {
	var names []string
	for _, target := range spec.Plan.Targets {
		if name, ok := variable(target.Version); ok {
			names = with(names, name)
		}
	}
	if len(names) == 0 || spec.Gate == nil {
		return nil, nil, nil
	}
	var values map[string]string
	var known []string
	err := l.call(ctx, l.o.CallTimeout, func(ctx context.Context) (err error) {
		values, known, err = l.o.Pipeline.Variables(ctx, spec.Gate.Pipeline, spec.Gate.Execution, names)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read variables of execution %s: %w", spec.Gate.Execution, err)
	}
	for _, name := range names {
		if values[name] == "" {
			return values, &statemachine.Problem{Code: statemachine.CodeUnresolved,
				Text: Clip(fmt.Sprintf("#{%s} is no output variable of the execution; it has: %s", name, strings.Join(known, ", ")))}, nil
		}
	}
	return values, nil, nil
}

// variable takes the name out of "#{Namespace.Variable}".
func variable(text string) (string, bool) {
	inner, ok := strings.CutPrefix(text, "#{")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(inner, "}")
}
