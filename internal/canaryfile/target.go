package canaryfile

import (
	"encoding/json"
	"strconv"

	"github.com/goccy/go-yaml/ast"
	"github.com/invopop/jsonschema"

	"github.com/serinhq/serin/statemachine"
)

// targetKinds are the kinds of target a file can name: one file each, one line
// here.
func targetKinds() []kind[targetBlock] {
	return []kind[targetBlock]{
		{"lambda", func() targetBlock { return &lambdaBlock{} }},
		{"alb", func() targetBlock { return &albBlock{} }},
		{"apigateway", func() targetBlock { return &apiGatewayBlock{} }},
		{"httpapi", func() targetBlock { return &httpAPIBlock{} }},
		{"cloudfront", func() targetBlock { return &cloudFrontBlock{} }},
		{"lattice", func() targetBlock { return &latticeBlock{} }},
		{"route53", func() targetBlock { return &route53Block{} }},
		{"staticsite", func() targetBlock { return &staticSiteBlock{} }},
		{"ecstaskset", func() targetBlock { return &ecsTaskSetBlock{} }},
	}
}

// targetBlock is the part of a file that names one target.
type targetBlock interface {
	// check reports what no single value shows to be wrong; path is the block's.
	// It must not repeat what reading reported: of such a value it sees zero.
	check(d *decoder, path string)
	// target makes the core's spec, without kind and traits.
	target() statemachine.TargetSpec
}

// target is one entry of targets: the kind's word and its block.
type target struct {
	kind  string
	block targetBlock
}

func (t *target) read(d *decoder, path string, n ast.Node) {
	t.kind, t.block = oneOf(d, path, n, targetKinds(), "a mapping with one key, "+or(wordsIn(targetKinds())))
}

// JSONSchema says the same to an editor.
func (target) JSONSchema() *jsonschema.Schema { return schemaOfOne(targetKinds()) }

// targets makes the specs, and checks them together.
func (p *planner) targets() []statemachine.TargetSpec {
	var specs []statemachine.TargetSpec
	ids, names := map[string]string{}, map[string]string{}
	for i, t := range p.doc.Targets {
		if t.block == nil {
			continue
		}
		at := "targets[" + strconv.Itoa(i) + "]"
		block := join(at, t.kind)
		t.block.check(p.decoder, block)
		spec := t.block.target()
		spec.Kind = t.kind
		p.version(join(block, "version"), spec.Version)
		specs = append(specs, spec)
		if p.brokenUnder(at) {
			continue // a name made of broken parts says nothing
		}
		if first, twice := ids[spec.Kind+" "+spec.ID]; twice {
			p.fail(at, "%s is %s %s again; each target stands once", at, first, spec.Name)
		} else if first, twice := names[spec.Name]; twice {
			p.fail(at, "%s would be shown as %s, and so is %s; name them apart", at, spec.Name, first)
		}
		ids[spec.Kind+" "+spec.ID], names[spec.Name] = at, at
	}
	return specs
}

// version checks what a version means beside the trigger.
func (p *planner) version(path, version string) {
	switch trigger := p.doc.Trigger.kind; {
	case !p.has(path) && trigger == byPipeline:
		p.fail(path, `version is missing; expected what to release, such as "#{Deploy.FunctionVersion}"`)
	case trigger == byHand && variable(version) != "":
		p.fail(path, "version must not be an output variable: a manual canary has no pipeline execution that could have it; leave version out and name one with serin start --version")
	}
}

// configJSON is an adapter's own part of the file.
func configJSON(config any) json.RawMessage {
	text, err := json.Marshal(config)
	if err != nil {
		panic("canaryfile: a target's config is not JSON: " + err.Error()) // structs of strings and numbers
	}
	return text
}
