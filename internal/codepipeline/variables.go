package codepipeline

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"

	"github.com/serinhq/serin/worker"
)

// Variables resolves the named output variables. Where a stage was retried the
// newest attempt counts. A ROLLBACK execution runs one stage alone, with the
// variables of the execution it goes back to: what the stage did not bring is
// looked up there (CodePipeline user guide, "Stage rollback").
func (p *Pipelines) Variables(
	ctx context.Context, pipeline, execution string, names []string,
) (values map[string]string, known []string, err error) {
	found := variables{named: names, values: map[string]string{}, known: map[string]bool{}}
	seen := map[string]bool{}
	for execution != "" && !seen[execution] {
		actions, err := p.actions(ctx, pipeline, execution)
		if errors.Is(err, worker.ErrNotFound) && len(seen) > 0 {
			break // AWS forgets executions after a year
		}
		if err != nil {
			return nil, nil, err
		}
		seen[execution] = true
		found.take(actions)
		if found.complete() {
			break
		}
		e, err := p.execution(ctx, pipeline, execution)
		if err != nil {
			return nil, nil, err
		}
		execution = rollbackTarget(e)
	}
	return found.values, slices.Sorted(maps.Keys(found.known)), nil
}

func rollbackTarget(e *types.PipelineExecution) string {
	if e.ExecutionType != types.ExecutionTypeRollback || e.RollbackMetadata == nil {
		return ""
	}
	return aws.ToString(e.RollbackMetadata.RollbackTargetPipelineExecutionId)
}

// variables are names and, of those that were asked for, values.
type variables struct {
	named  []string
	values map[string]string
	known  map[string]bool
}

func (v *variables) complete() bool {
	return len(v.values) == len(slices.Compact(slices.Sorted(slices.Values(v.named))))
}

// take adds what the actions brought that is not there yet, newest first.
func (v *variables) take(actions []types.ActionExecutionDetail) {
	slices.SortStableFunc(actions, func(a, b types.ActionExecutionDetail) int {
		return aws.ToTime(b.StartTime).Compare(aws.ToTime(a.StartTime))
	})
	for _, a := range actions {
		if a.Input == nil || a.Output == nil || aws.ToString(a.Input.Namespace) == "" {
			continue
		}
		for variable, value := range a.Output.OutputVariables {
			name := *a.Input.Namespace + "." + variable
			if !v.known[name] && slices.Contains(v.named, name) {
				v.values[name] = value
			}
			v.known[name] = true
		}
	}
}
