package awstest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
)

// ExecutionOptions says how an execution comes about and what its actions do. The zero value is a plain start now.
type ExecutionOptions struct {
	// StartTime is when the execution started; zero means now.
	StartTime time.Time
	// StartedBy is who started it, an ARN; empty means an administrator.
	StartedBy string
	// Trigger replaces the default, StartPipelineExecution by StartedBy.
	Trigger types.ExecutionTrigger
	// Variables are the pipeline's own variables: name → value, over the declared defaults.
	Variables map[string]string
	// Outputs are the output variables of actions: namespace → name → value. #{Deploy.FunctionVersion} reads
	// Outputs["Deploy"]["FunctionVersion"]. An action without a namespace is named Stage/Action.
	Outputs map[string]map[string]string
	// Revisions are what the source actions brought: action name → commit or object version.
	Revisions map[string]string
	// Actions are plans for single actions, by Stage/Action. Without one an action succeeds at once.
	Actions map[string]ActionPlan
}

// ActionPlan is what an action that is no approval does.
type ActionPlan struct {
	// Hold keeps the action in progress until FinishAction.
	Hold bool
	// Fail ends it Failed instead of Succeeded.
	Fail bool
	// ExternalID is the provider's id, for example a CodeDeploy deployment's "d-…".
	ExternalID string
	// ExternalURL is where the provider shows it.
	ExternalURL string
	// Summary is the provider's text.
	Summary string
}

// CreatePipeline creates a pipeline as declared; mode SUPERSEDED, type V2 and version 1 where the declaration is silent.
func (p *CodePipeline) CreatePipeline(decl types.PipelineDeclaration) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	name := aws.ToString(decl.Name)
	if _, ok := p.pipelines[name]; ok || name == "" {
		return fmt.Errorf("create pipeline %q: the name is empty or taken", name)
	}
	if decl.ExecutionMode == "" {
		decl.ExecutionMode = types.ExecutionModeSuperseded
	}
	if decl.PipelineType == "" {
		decl.PipelineType = types.PipelineTypeV2
	}
	if decl.Version == nil {
		decl.Version = aws.Int32(1)
	}
	stages := map[string]*stageState{}
	for _, stage := range decl.Stages {
		stages[aws.ToString(stage.Name)] = &stageState{}
	}
	p.pipelines[name] = &pipelineState{
		decl: decl, created: p.clock(), updated: p.clock(), stages: stages, starts: map[string]string{},
	}
	return nil
}

// UpdatePipeline replaces a pipeline's definition by one with the next version. Executions under way are cancelled.
func (p *CodePipeline) UpdatePipeline(decl types.PipelineDeclaration) ([]json.RawMessage, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	pl, ok := p.pipelines[aws.ToString(decl.Name)]
	if !ok {
		return nil, fmt.Errorf("update pipeline %q: there is none", aws.ToString(decl.Name))
	}
	return p.events.during(func() error {
		for _, e := range pl.executions {
			if !e.ended() {
				p.cancel(e)
			}
		}
		decl.Version = aws.Int32(aws.ToInt32(pl.decl.Version) + 1)
		decl.ExecutionMode = cmp.Or(decl.ExecutionMode, pl.decl.ExecutionMode)
		decl.PipelineType = cmp.Or(decl.PipelineType, pl.decl.PipelineType)
		pl.decl, pl.updated = decl, p.clock()
		for _, stage := range decl.Stages {
			if pl.stages[aws.ToString(stage.Name)] == nil {
				pl.stages[aws.ToString(stage.Name)] = &stageState{}
			}
		}
		return nil
	})
}

// Busy makes the next calls that would change the pipeline answer ConflictException.
func (p *CodePipeline) Busy(pipeline string, calls int) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	pl, ok := p.pipelines[pipeline]
	if !ok {
		return fmt.Errorf("make pipeline %q busy: there is none", pipeline)
	}
	pl.busy = calls
	return nil
}

// LimitExecutions sets how many executions of one pipeline may be under way; 50 at first.
func (p *CodePipeline) LimitExecutions(limit int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.limit = limit
}

// SlowStops makes an abandoned execution show Stopping for so many more reads before it is Stopped; 0 at first.
func (p *CodePipeline) SlowStops(reads int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.slowStops = reads
}

// byName lists the pipelines in an order that is the same in every run.
func (p *CodePipeline) byName() []*pipelineState {
	var all []*pipelineState
	for _, name := range slices.Sorted(maps.Keys(p.pipelines)) {
		all = append(all, p.pipelines[name])
	}
	return all
}
