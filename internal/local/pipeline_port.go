package local

import (
	"context"
	"errors"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

type pipelines struct{ *Client }

var _ worker.Pipeline = pipelines{}

// Pipeline reads and answers the world's gates.
func (c *Client) Pipeline() worker.Pipeline { return pipelines{c} }

func (c pipelines) pipeline(name string) (*pipeline, error) {
	p := c.world.pipelines[name]
	if p == nil {
		return nil, refuse(worker.ErrNotFound, "pipeline %s", name)
	}
	return p, nil
}

func (c pipelines) run(name, execution string) (*pipeline, *run, error) {
	p, r := c.world.execution(execution)
	if r == nil || p.Gate.Pipeline != name {
		return nil, nil, refuse(worker.ErrNotFound, "execution %s of pipeline %s", execution, name)
	}
	return p, r, nil
}

// Waiting returns the gate's open approvals.
func (c pipelines) Waiting(ctx context.Context, gate worker.GateSpec) ([]worker.OpenGate, error) {
	return call(ctx, c.Client, Call{Name: "codepipeline:GetPipelineState", Resource: gate.Pipeline}, func() ([]worker.OpenGate, error) {
		p, err := c.pipeline(gate.Pipeline)
		if err != nil || p.Gate != gate {
			return nil, err
		}
		var open []worker.OpenGate
		for _, r := range p.runs {
			if a := r.open(); a != nil {
				open = append(open, worker.OpenGate{Execution: r.id, ActionExecution: a.id, StartedAt: a.startedAt})
			}
		}
		return open, nil
	})
}

// Execution reads when an execution started, and its type.
func (c pipelines) Execution(ctx context.Context, name, execution string) (worker.Execution, error) {
	return call(ctx, c.Client, Call{Name: "codepipeline:ListPipelineExecutions", Resource: name}, func() (worker.Execution, error) {
		_, r, err := c.run(name, execution)
		if err != nil {
			return worker.Execution{}, err
		}
		return worker.Execution{ID: r.id, StartedAt: r.startedAt, Rollback: r.Rollback}, nil
	})
}

// Variables resolves the named output variables.
func (c pipelines) Variables(ctx context.Context, name, execution string, names []string) (map[string]string, []string, error) {
	type answer struct {
		values map[string]string
		known  []string
	}
	a, err := call(ctx, c.Client, Call{Name: "codepipeline:ListActionExecutions", Resource: name}, func() (answer, error) {
		_, r, err := c.run(name, execution)
		if err != nil {
			return answer{}, err
		}
		values := maps.Clone(r.Variables)
		maps.DeleteFunc(values, func(name, _ string) bool { return !slices.Contains(names, name) })
		return answer{values, slices.Sorted(maps.Keys(r.Variables))}, nil
	})
	return a.values, a.known, err
}

// Preflight says why the gate can't work.
func (c pipelines) Preflight(ctx context.Context, gate worker.GateSpec, ownStage bool) ([]statemachine.Problem, error) {
	return call(ctx, c.Client, Call{Name: "codepipeline:GetPipeline", Resource: gate.Pipeline}, func() ([]statemachine.Problem, error) {
		p, err := c.pipeline(gate.Pipeline)
		switch {
		case err != nil:
			return nil, err
		case p.Gate != gate:
			text := "pipeline " + gate.Pipeline + " has no manual-approval action " + gate.Stage + "/" + gate.Action
			return []statemachine.Problem{{Code: statemachine.CodeGateGone, Text: text}}, nil
		case ownStage && p.Parallel:
			text := "pipeline " + gate.Pipeline + " is in PARALLEL mode: another execution may deploy over a running release"
			return []statemachine.Problem{{Code: statemachine.CodeDeployOutside, Text: text}}, nil
		case ownStage && p.DeployStage != "" && p.DeployStage != gate.Stage:
			text := "no action before the gate in stage " + gate.Stage + " deploys"
			return []statemachine.Problem{{Code: statemachine.CodeDeployOutside, Text: text}}, nil
		}
		return nil, nil
	})
}

// Observe reads what a gate says.
func (c pipelines) Observe(ctx context.Context, gate statemachine.Gate, release string) (statemachine.GateLook, error) {
	return call(ctx, c.Client, Call{Name: "codepipeline:GetPipelineState", Resource: gate.Pipeline}, func() (statemachine.GateLook, error) {
		_, r, err := c.run(gate.Pipeline, gate.Execution)
		if err != nil {
			return (*approval)(nil).look(release), ifThere(err)
		}
		return r.approval(gate.ActionExecution).look(release), nil
	})
}

// look is what an approval says to a release.
func (a *approval) look(release string) statemachine.GateLook {
	if a == nil {
		return statemachine.GateLook{Status: statemachine.GateGone}
	}
	return statemachine.GateLook{Status: a.status, By: a.by, Ours: a.release != "" && a.release == release}
}

// Answer answers an open gate and reads back what it says.
func (c pipelines) Answer(ctx context.Context, gate statemachine.Gate, release string, approve bool, text string) (statemachine.GateLook, error) {
	return call(ctx, c.Client, Call{Name: "codepipeline:PutApprovalResult", Resource: gate.Pipeline, Write: true}, func() (statemachine.GateLook, error) {
		p, r, err := c.run(gate.Pipeline, gate.Execution)
		if err != nil {
			return (*approval)(nil).look(release), ifThere(err)
		}
		if n := utf8.RuneCountInString(text); n > 512 {
			return statemachine.GateLook{}, refuse(worker.ErrInvalid, "a summary of %d characters", n)
		}
		a := r.approval(gate.ActionExecution)
		if a != nil && a.status == statemachine.GateOpen {
			c.world.answer(p, r, a, answer{client: c.id, by: c.arn(), approve: approve, text: text, release: release})
		}
		return a.look(release), nil
	})
}

// StopExecution stops an execution that runs.
func (c pipelines) StopExecution(ctx context.Context, name, execution, _ string) error {
	return done(ctx, c.Client, Call{Name: "codepipeline:StopPipelineExecution", Resource: name, Write: true}, func() error {
		p, r, err := c.run(name, execution)
		if err == nil && r.state == runStarted {
			c.world.stop(p, r, c.id)
		}
		return ifThere(err)
	})
}

// RollbackStage rolls the gate's stage back to its last good execution, as an
// execution of type ROLLBACK.
func (c pipelines) RollbackStage(ctx context.Context, in worker.StageRollback) (string, error) {
	return call(ctx, c.Client, Call{Name: "codepipeline:RollbackStage", Resource: in.Pipeline, Write: true}, func() (string, error) {
		p, err := c.pipeline(in.Pipeline)
		if err != nil {
			return "", err
		}
		return c.world.rollBack(p, in, c.id)
	})
}

// ifThere: a gate whose pipeline or execution is not there any more is gone,
// which is an answer.
func ifThere(err error) error {
	if errors.Is(err, worker.ErrNotFound) {
		return nil
	}
	return err
}
