package awstest

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
)

// listPipelineExecutions answers newest first, by start.
func (p *CodePipeline) listPipelineExecutions(in *api.ListPipelineExecutionsInput, _ Call) (any, error) {
	pl, err := p.find(in.PipelineName)
	if err != nil {
		return nil, err
	}
	p.read(pl)
	all := slices.Clone(pl.executions)
	if in.Filter != nil && in.Filter.SucceededInStage != nil {
		stage := aws.ToString(in.Filter.SucceededInStage.StageName)
		all = slices.DeleteFunc(all, func(e *pipelineExecution) bool {
			return !e.succeededIn(stage) || e.version != *pl.decl.Version
		})
	}
	slices.SortFunc(all, func(a, b *pipelineExecution) int {
		if a.newer(b) {
			return -1
		}
		return 1
	})
	found, next, err := pipelinePage(all, func(e *pipelineExecution) string { return e.id }, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &api.ListPipelineExecutionsOutput{NextToken: next}
	for _, e := range found {
		out.PipelineExecutionSummaries = append(out.PipelineExecutionSummaries, e.summary())
	}
	return out, nil
}

func (e *pipelineExecution) summary() types.PipelineExecutionSummary {
	shown := types.PipelineExecutionSummary{
		PipelineExecutionId: aws.String(e.id), Status: e.status, StartTime: &e.started, LastUpdateTime: &e.updated,
		Trigger: &e.trigger, ExecutionMode: e.pipeline.decl.ExecutionMode, ExecutionType: e.kind,
		RollbackMetadata: e.rollbackMetadata(),
	}
	for _, source := range e.sources() {
		shown.SourceRevisions = append(shown.SourceRevisions, types.SourceRevision{
			ActionName: source.action, RevisionId: aws.String(source.revision),
		})
	}
	if e.stopReason != "" {
		shown.StopTrigger = &types.StopExecutionTrigger{Reason: aws.String(e.stopReason)}
	}
	return shown
}

// listActionExecutions answers newest first. "Latest" leaves out attempts that a retry of the stage has replaced.
func (p *CodePipeline) listActionExecutions(in *api.ListActionExecutionsInput, _ Call) (any, error) {
	pl, err := p.find(in.PipelineName)
	if err != nil {
		return nil, err
	}
	p.read(pl)
	executions, latest, err := pl.filtered(in.Filter)
	if err != nil {
		return nil, err
	}
	var all []*actionRun
	for _, e := range executions {
		for _, run := range e.runs {
			all = append(all, run.actions...)
		}
	}
	all = slices.DeleteFunc(all, func(a *actionRun) bool { return latest && a.retried })
	slices.SortStableFunc(all, func(a, b *actionRun) int { return a.started.Compare(b.started) })
	slices.Reverse(all)
	found, next, err := pipelinePage(all, func(a *actionRun) string { return a.id }, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &api.ListActionExecutionsOutput{NextToken: next}
	for _, a := range found {
		out.ActionExecutionDetails = append(out.ActionExecutionDetails, p.actionDetail(a))
	}
	return out, nil
}

// filtered is the executions an ActionExecutionFilter asks for, and whether only the latest attempts count.
func (pl *pipelineState) filtered(filter *types.ActionExecutionFilter) ([]*pipelineExecution, bool, error) {
	if filter == nil || filter.PipelineExecutionId == nil && filter.LatestInPipelineExecution == nil {
		return pl.executions, false, nil
	}
	id, latest := filter.PipelineExecutionId, false
	if newest := filter.LatestInPipelineExecution; newest != nil {
		if id != nil {
			return nil, false, pipelineValidation("filter", "Member must name one of pipelineExecutionId and latestInPipelineExecution")
		}
		if err := checkEnum("startTimeRange", newest.StartTimeRange, types.StartTimeRange("").Values()); err != nil {
			return nil, false, err
		}
		id, latest = newest.PipelineExecutionId, newest.StartTimeRange == types.StartTimeRangeLatest
	}
	e, err := pl.existing(id)
	return []*pipelineExecution{e}, latest, err
}

// pipelinePage cuts one page of at most limit (100 when nil) out of all, beginning after the element the token names. The
// token is opaque to callers; one that was not given out is refused.
func pipelinePage[T any](all []T, id func(T) string, limit *int32, token *string) ([]T, *string, error) {
	if limit != nil && (*limit < 1 || *limit > 100) {
		return nil, nil, pipelineValidation("maxResults", "Member must be between 1 and 100")
	}
	if token != nil {
		raw, err := base64.URLEncoding.DecodeString(*token)
		last, ok := strings.CutPrefix(string(raw), "after ")
		at := slices.IndexFunc(all, func(t T) bool { return id(t) == last })
		if err != nil || !ok || at < 0 {
			return nil, nil, &awsJSONError{"InvalidNextTokenException", "The next token was specified in an invalid format."}
		}
		all = all[at+1:]
	}
	size := 100
	if limit != nil {
		size = int(*limit)
	}
	if len(all) <= size {
		return all, nil, nil
	}
	next := base64.URLEncoding.EncodeToString([]byte("after " + id(all[size-1])))
	return all[:size], &next, nil
}
