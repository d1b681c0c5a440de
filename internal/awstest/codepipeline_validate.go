package awstest

import (
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
)

// Patterns of the API model (AWS note 1.2, 4).
const (
	namePattern = `[A-Za-z0-9.@\-_]{1,100}`
	uuidPattern = `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`
)

// inputMember is one input member with what the API model says it must be. A nil value fails: all members here are required.
type inputMember struct {
	name    string
	value   *string
	pattern string
}

// checkMembers checks required members. The text never repeats the value: one of them is a token.
func checkMembers(members ...inputMember) error {
	for _, m := range members {
		if m.value == nil {
			return pipelineValidation(m.name, "Member must not be null")
		}
		if !regexp.MustCompile("^(" + m.pattern + ")$").MatchString(*m.value) {
			return pipelineValidation(m.name, "Member must satisfy regular expression pattern: "+m.pattern)
		}
	}
	return nil
}

func pipelineValidation(name, constraint string) error {
	return &awsJSONError{"ValidationException",
		"1 validation error detected: Value at '" + name + "' failed to satisfy constraint: " + constraint}
}

// checkEnum checks a member against its enum.
func checkEnum[E ~string](name string, value E, allowed []E) error {
	if !slices.Contains(allowed, value) {
		return pipelineValidation(name, "Member must satisfy enum value set")
	}
	return nil
}

// checkLength checks the length of an optional text.
func checkLength(name string, value *string, limit int) error {
	if utf8.RuneCountInString(aws.ToString(value)) > limit {
		return pipelineValidation(name, "Member must have length less than or equal to the model's limit")
	}
	return nil
}

// find returns a pipeline by name.
func (p *CodePipeline) find(name *string) (*pipelineState, error) {
	if err := checkMembers(inputMember{"pipelineName", name, namePattern}); err != nil {
		return nil, err
	}
	pl, ok := p.pipelines[*name]
	if !ok {
		return nil, &awsJSONError{"PipelineNotFoundException",
			"Account '" + p.account + "' does not have a pipeline with name '" + *name + "'"}
	}
	return pl, nil
}

// findToChange is find for a call that changes the pipeline: a busy one refuses it (AWS note 4, ConflictException).
func (p *CodePipeline) findToChange(name *string) (*pipelineState, error) {
	pl, err := p.find(name)
	if err != nil {
		return nil, err
	}
	if pl.busy > 0 {
		pl.busy--
		return nil, &awsJSONError{"ConflictException",
			"Your request cannot be handled because the pipeline is busy handling ongoing activities. Try again later."}
	}
	return pl, nil
}

// stage returns the declaration and the state of a stage.
func (pl *pipelineState) stage(name *string) (*types.StageDeclaration, *stageState, error) {
	if err := checkMembers(inputMember{"stageName", name, namePattern}); err != nil {
		return nil, nil, err
	}
	for i := range pl.decl.Stages {
		if aws.ToString(pl.decl.Stages[i].Name) == *name {
			return &pl.decl.Stages[i], pl.stages[*name], nil
		}
	}
	return nil, nil, &awsJSONError{"StageNotFoundException",
		"Pipeline '" + aws.ToString(pl.decl.Name) + "' does not have a stage with name '" + *name + "'"}
}

// execution returns an execution of the pipeline by id, nil when it has none such.
func (pl *pipelineState) execution(id *string) *pipelineExecution {
	for _, e := range pl.executions {
		if e.id == aws.ToString(id) {
			return e
		}
	}
	return nil
}

// existing is execution, and the error for one that does not exist.
func (pl *pipelineState) existing(id *string) (*pipelineExecution, error) {
	if err := checkMembers(inputMember{"pipelineExecutionId", id, uuidPattern}); err != nil {
		return nil, err
	}
	e := pl.execution(id)
	if e == nil {
		return nil, &awsJSONError{"PipelineExecutionNotFoundException",
			"The pipeline execution cannot be found, or the execution ID does not belong to the specified pipeline."}
	}
	return e, nil
}
