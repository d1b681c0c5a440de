package canaryfile

import (
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/invopop/jsonschema"

	"github.com/serinhq/serin/statemachine"
)

// Strategy is a predefined deployment configuration of AWS CodeDeploy.
type Strategy struct {
	// Name is CodeDeploy's, without "CodeDeployDefault.": "LambdaCanary10Percent5Minutes".
	Name string
	// Steps are what CodeDeploy does under that name. The last, at 100 %, has no
	// bake: as with CodeDeploy, the shift is then over.
	Steps []statemachine.Step
}

// Strategies are all of CodeDeploy's predefined configurations for Lambda and
// ECS (CodeDeploy user guide, "Deployment configurations").
func Strategies() []Strategy {
	return []Strategy{
		{"LambdaCanary10Percent5Minutes", canary(5)},
		{"LambdaCanary10Percent10Minutes", canary(10)},
		{"LambdaCanary10Percent15Minutes", canary(15)},
		{"LambdaCanary10Percent30Minutes", canary(30)},
		{"LambdaLinear10PercentEvery1Minute", linear(1)},
		{"LambdaLinear10PercentEvery2Minutes", linear(2)},
		{"LambdaLinear10PercentEvery3Minutes", linear(3)},
		{"LambdaLinear10PercentEvery10Minutes", linear(10)},
		{"LambdaAllAtOnce", allAtOnce()},
		{"ECSCanary10Percent5Minutes", canary(5)},
		{"ECSCanary10Percent15Minutes", canary(15)},
		{"ECSLinear10PercentEvery1Minutes", linear(1)},
		{"ECSLinear10PercentEvery3Minutes", linear(3)},
		{"ECSAllAtOnce", allAtOnce()},
	}
}

// canary is 10 % for some minutes, then everything.
func canary(minutes time.Duration) []statemachine.Step {
	return append([]statemachine.Step{{WeightPct: 10, Bake: minutes * time.Minute}}, allAtOnce()...)
}

// linear is 10 % more every so many minutes.
func linear(minutes time.Duration) []statemachine.Step {
	var steps []statemachine.Step
	for share := 10; share < 100; share += 10 {
		steps = append(steps, statemachine.Step{WeightPct: float64(share), Bake: minutes * time.Minute})
	}
	return append(steps, allAtOnce()...)
}

func allAtOnce() []statemachine.Step { return []statemachine.Step{{WeightPct: 100}} }

// ParseStrategy finds the steps of a name of [Strategies], which may have
// "CodeDeployDefault." before it and may lack "Lambda" or "ECS".
func ParseStrategy(name string) ([]statemachine.Step, bool) {
	bare := strings.TrimPrefix(name, codeDeployDefault)
	for _, s := range Strategies() {
		if bare == s.Name || bare == shortName(s.Name) {
			return s.Steps, true
		}
	}
	return nil, false
}

const codeDeployDefault = "CodeDeployDefault."

func shortName(name string) string {
	return strings.TrimPrefix(strings.TrimPrefix(name, "Lambda"), "ECS")
}

// strategyName is one of CodeDeploy's names.
type strategyName string

func (s *strategyName) read(d *decoder, path string, n ast.Node) {
	text, ok := stringOf(n)
	if _, known := ParseStrategy(text); ok && known {
		*s = strategyName(text)
		return
	}
	if near, found := nearest(text, spellings()); found {
		d.fail(path, "strategy %s is none of CodeDeploy's for Lambda and ECS; did you mean %s?", describe(n), near)
		return
	}
	d.fail(path, "strategy must be one of CodeDeploy's for Lambda and ECS: %s; got %s", or(shortNames()), describe(n))
}

// JSONSchema says the same to an editor.
func (strategyName) JSONSchema() *jsonschema.Schema {
	var all []any
	for _, spelling := range spellings() {
		all = append(all, spelling)
	}
	return &jsonschema.Schema{Type: "string", Enum: all}
}

// shortNames are the names without any prefix, each once.
func shortNames() []string {
	var all []string
	for _, s := range Strategies() {
		if short := shortName(s.Name); !slices.Contains(all, short) {
			all = append(all, short)
		}
	}
	return all
}

// spellings are all that ParseStrategy knows.
func spellings() []string {
	all := shortNames()
	for _, s := range Strategies() {
		all = append(all, s.Name)
	}
	for _, name := range slices.Clone(all) {
		all = append(all, codeDeployDefault+name)
	}
	return all
}
