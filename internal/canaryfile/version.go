package canaryfile

import (
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/invopop/jsonschema"

	"github.com/serinhq/serin/statemachine"
)

// version is what to release: text, or a plain number. What else it may be is
// the kind of target's to say.
type version string

func (v *version) read(d *decoder, path string, n ast.Node) {
	text, ok := stringOf(n)
	if number, plain := n.(*ast.IntegerNode); plain {
		text, ok = number.GetToken().Value, regexp.MustCompile(`^[0-9]+$`).MatchString(number.GetToken().Value)
	}
	switch {
	case !ok:
		d.fail(path, "%s must be text, got %s%s", label(path), describe(n), quoteIt(n))
	case !regexp.MustCompile(versionPattern).MatchString(text):
		d.fail(path, "%s must be 1 to 256 characters on one line, got %s", label(path), describe(n))
	case strings.Contains(text, "#{") && variable(text) == "":
		d.fail(path, `%s must be the output variable alone, such as "#{Deploy.FunctionVersion}", got %s`, label(path), describe(n))
	default:
		*v = version(text)
	}
}

const versionPattern = `^[^\x00-\x1f\x7f]{1,256}$`

// JSONSchema says the same to an editor.
func (version) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		{Type: "string", Pattern: versionPattern},
		{Type: "integer", Minimum: "0"},
	}}
}

// variable is the name in "#{Namespace.Variable}", CodePipeline's syntax for an
// action's output variable (API ActionNamespace, OutputVariablesKey); "" if text
// is none.
func variable(text string) string {
	form := regexp.MustCompile(`^#\{([A-Za-z0-9@_-]{1,100}\.[A-Za-z0-9@_-]{1,128})\}$`)
	if found := form.FindStringSubmatch(text); found != nil {
		return found[1]
	}
	return ""
}

// Variables lists the output variables that a plan's versions refer to, as
// "Namespace.Variable", sorted, each once: those, and no others, are asked of a
// pipeline execution.
func Variables(plan statemachine.Plan) []string {
	var all []string
	for _, t := range plan.Targets {
		if name := variable(t.Version); name != "" {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
