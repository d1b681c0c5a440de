package canaryfile

import (
	"slices"

	"github.com/goccy/go-yaml/ast"
	"github.com/invopop/jsonschema"

	"github.com/serinhq/serin/statemachine"
)

// trigger is what starts a release: a pipeline's approval action, a deployment
// that AWS itself shifts, or a person alone, for which the word manual will do.
type trigger struct {
	// kind is the word in the file; "" if it could not be read.
	kind string
	// pipeline or guard is what stands under it; nil if that could not be read.
	pipeline *pipelineBlock
	guard    guardBlock
}

// The triggers that are no deployment.
const (
	byHand     = "manual"
	byPipeline = "pipeline"
)

// guardBlock is the part of a file that names a deployment to guard.
type guardBlock interface {
	// deployment makes the core's spec, without the kind.
	deployment() statemachine.DeploymentSpec
	// points are where such a deployment can wait, in the order it comes to them;
	// none: it takes no steps, only alarms and a deadline.
	points() []statemachine.Point
}

// guardKinds are the deployments a file can guard: one file each, one line here.
func guardKinds() []kind[guardBlock] {
	return []kind[guardBlock]{
		{"appconfig", func() guardBlock { return &appconfigBlock{} }},
		{"beanstalk", func() guardBlock { return &beanstalkBlock{} }},
		{"cloudformation", func() guardBlock { return &cloudformationBlock{} }},
		{"codedeploy", func() guardBlock { return &codedeployBlock{} }},
		{"ecs", func() guardBlock { return &ecsBlock{} }},
	}
}

func triggerKinds() []kind[any] {
	all := []kind[any]{{byPipeline, func() any { return &pipelineBlock{} }}}
	for _, k := range guardKinds() {
		all = append(all, kind[any]{k.word, func() any { return k.fresh() }})
	}
	return append(all, kind[any]{byHand, func() any { return &struct{}{} }})
}

func (t *trigger) read(d *decoder, path string, n ast.Node) {
	expects := "a mapping with one key, " + or(wordsIn(triggerKinds()))
	if word, ok := stringOf(n); ok {
		if word == byHand {
			t.kind = byHand
			return
		}
		d.fail(path, "trigger must be %s, got %s", expects, describe(n))
		return
	}
	var block any
	t.kind, block = oneOf(d, path, n, triggerKinds(), expects)
	switch block := block.(type) {
	case *pipelineBlock:
		t.pipeline = block
	case guardBlock:
		t.guard = block
	}
}

// guards says whether the trigger is a deployment that AWS shifts.
func (t *trigger) guards() bool {
	return slices.Contains(wordsIn(guardKinds()), t.kind)
}

// spec is the trigger as the core knows it.
func (t *trigger) spec() statemachine.TriggerSpec {
	switch {
	case t.kind == byHand:
		return statemachine.TriggerSpec{Kind: statemachine.TriggerManual}
	case t.guard != nil:
		return statemachine.TriggerSpec{Kind: statemachine.TriggerDeployment}
	case t.pipeline != nil:
		return statemachine.TriggerSpec{
			Kind: statemachine.TriggerPipeline, Pipeline: string(t.pipeline.Name),
			Stage: string(t.pipeline.Stage), Action: string(t.pipeline.Action),
			OnConsole: orDefault(t.pipeline.OnConsole, statemachine.ConsoleContinue),
		}
	}
	return statemachine.TriggerSpec{}
}

// JSONSchema says the same to an editor.
func (trigger) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		{Type: "string", Enum: []any{byHand}, Description: "Releases are started by serin start alone."},
		schemaOfOne(triggerKinds()),
	}}
}

// orDefault is value, or, where the file has none, what that means.
func orDefault[T comparable](value, missing T) T {
	var zero T
	if value == zero {
		return missing
	}
	return value
}
