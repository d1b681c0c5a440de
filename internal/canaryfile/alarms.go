package canaryfile

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/invopop/jsonschema"

	"github.com/serinhq/serin/statemachine"
)

// maxAlarms is how many names one DescribeAlarms call takes: a look is one call.
const maxAlarms = 100

// alarm is a name, or a mapping with a name.
type alarm struct{ alarmBlock }

func (a *alarm) read(d *decoder, path string, n ast.Node) {
	if _, ok := stringOf(n); ok {
		d.value(path, n, reflect.ValueOf(&a.Name).Elem())
		return
	}
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		d.value(path, n, reflect.ValueOf(&a.alarmBlock).Elem())
	default:
		d.fail(path, "%s must be an alarm's name, or a mapping with name, got %s", label(path), describe(n))
	}
}

// JSONSchema says the same to an editor.
func (alarm) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{schemaOf(new(alarmName)), schemaOf(new(alarmBlock))}}
}

// alarms makes the specs, each name once.
func (p *planner) alarms() []statemachine.AlarmSpec {
	var specs []statemachine.AlarmSpec
	first := map[alarmName]string{}
	for i, a := range p.doc.Alarms {
		at := "alarms[" + strconv.Itoa(i) + "]"
		if p.has(join(at, "name")) {
			at = join(at, "name")
		}
		switch one, twice := first[a.Name]; {
		case a.Name == "":
			continue
		case twice:
			p.fail(at, "alarm %s is listed twice, first as %s; remove one", quote(string(a.Name)), one)
		case strings.HasPrefix(string(a.Name), "arn:"):
			p.fail(at, "an alarm must be given by its name, got an ARN, %s", quote(string(a.Name)))
		}
		first[a.Name] = "alarms[" + strconv.Itoa(i) + "]"
		specs = append(specs, statemachine.AlarmSpec{
			Name: string(a.Name), OnNoData: orDefault(a.OnNoData, statemachine.NoDataHold),
			RequireData: a.RequireData, HonorMute: a.HonorMute,
		})
	}
	if len(p.doc.Alarms) > maxAlarms {
		p.fail("alarms", "alarms must be at most %d, got %d", maxAlarms, len(p.doc.Alarms))
	}
	if len(p.doc.Alarms) == 0 {
		p.warn("alarms", "no alarm guards this canary: only a person, a broken target or the deadline would roll it back")
	}
	return specs
}
