package canaryfile_test

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/serinhq/serin/internal/canaryfile"
)

// compiled is the schema in a validator of somebody else's.
func compiled(tb testing.TB) *jsonschema.Schema {
	tb.Helper()
	text, err := canaryfile.Schema()
	if err != nil {
		tb.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		tb.Fatalf("the schema is not JSON: %v", err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("canary.json", doc); err != nil {
		tb.Fatal(err)
	}
	schema, err := compiler.Compile("canary.json")
	if err != nil {
		tb.Fatalf("the schema is none: %v", err)
	}
	return schema
}

// validate asks the schema about a YAML file, as an editor does.
func validate(tb testing.TB, schema *jsonschema.Schema, text []byte) error {
	tb.Helper()
	json, err := yaml.YAMLToJSON(text)
	if err != nil {
		tb.Fatalf("to JSON: %v\n%s", err, text)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(json))
	if err != nil {
		tb.Fatalf("to JSON: %v\n%s", err, json)
	}
	return schema.Validate(doc)
}

func TestSchema_acceptsEveryExample(t *testing.T) {
	schema := compiled(t)
	for name, text := range examples(t) {
		if err := validate(t, schema, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Every key of every example, misspelt: Load and the schema both refuse it.
func TestSchema_refusesUnknownKeysWhereLoadDoes(t *testing.T) {
	schema := compiled(t)
	key := regexp.MustCompile(`[A-Za-z0-9]+: `)
	for name, text := range examples(t) {
		for _, at := range key.FindAllIndex(text, -1) {
			if bytes.Contains(text[bytes.LastIndexByte(text[:at[0]], '\n')+1:at[0]], []byte("#")) {
				continue // a comment
			}
			wrong := string(text[:at[0]]) + "xx" + string(text[at[0]:])
			if _, err := canaryfile.Load(name, []byte(wrong)); err == nil {
				t.Errorf("Load accepts xx%s in %s", text[at[0]:at[1]], name)
			}
			if err := validate(t, schema, []byte(wrong)); err == nil {
				t.Errorf("the schema accepts xx%s in %s", text[at[0]:at[1]], name)
			}
		}
	}
}

func TestSchema_refusesWrongShapesWhereLoadDoes(t *testing.T) {
	schema := compiled(t)
	for _, change := range [][2]string{
		{"schema: 1", "schema: 2"},
		{"schema: 1", `schema: "1"`},
		{"name: checkout", "name: 42"},
		{"name: checkout", "name: a/b"},
		{"name: checkout", "name:"},
		{"name: checkout\n", ""},
		{"trigger: manual", "trigger: cron"},
		{"trigger: manual", "trigger: {}"},
		{"trigger: manual", "trigger: {pipeline: {name: p, stage: s}}"},
		{"trigger: manual", "trigger: {manual: {}, pipeline: {name: p, stage: s, action: a}}"},
		{"{function: checkout, alias: live, version: latest}", "checkout"},
		{"function: checkout", `function: "check out"`},
		{"alias: live", `alias: "7"`},
		{"version: latest", "version: [43]"},
		{"strategy: AllAtOnce", "strategy: HalfAtATime"},
		{"strategy: AllAtOnce", "strategy: AllAtOnce\nsteps: [{weight: 5, bake: 10m}]"},
		{"strategy: AllAtOnce", "steps: [{weight: 250, bake: 10m}]"},
		{"strategy: AllAtOnce", "steps: [{weight: 5, bake: 10}]"},
		{"strategy: AllAtOnce", "steps: [{approval: {onTimeout: never}}, {weight: 5, bake: 10m}]"},
		{"alarms: [a]", "alarms: a"},
		{"alarms: [a]", "alarms: [5]"},
		{"alarms: [a]", "alarms: [{onNoData: hold}]"},
		{"alarms: [a]", "alarms: [{name: a, onNoData: maybe}]"},
		{"alarms: [a]", "deadline: 4 hours"},
		{"alarms: [a]", "adopt: 1"},
	} {
		wrong := strings.Replace(minimal, change[0], change[1], 1)
		if _, err := canaryfile.Load("c.yaml", []byte(wrong)); err == nil || wrong == minimal {
			t.Errorf("Load accepts %q", change[1])
		}
		if err := validate(t, schema, []byte(wrong)); err == nil {
			t.Errorf("the schema accepts %q", change[1])
		}
	}
}

// The schema as it is published, for a reader of a change to see what editors
// will say. UPDATE=1 go test -run TestSchema_isTheOnePublished writes it anew.
func TestSchema_isTheOnePublished(t *testing.T) {
	const golden = "testdata/schema.json"
	got, err := canaryfile.Schema()
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(golden, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("-published +now:\n%s", diff)
	}
}
