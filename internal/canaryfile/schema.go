package canaryfile

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/invopop/jsonschema"
)

// Schema is the format as a JSON schema (draft 2020-12), for editors and CI. It
// accepts every file that [Load] accepts; what parts mean together (rising
// weights, the form a trigger asks for) only Load checks. The same bytes every
// time, ending with a newline.
func Schema() ([]byte, error) {
	schema := schemaOf(new(document))
	schema.Version = jsonschema.Version
	schema.Title = "Serin canary"
	schema.Description = "The declared recipe of a canary release: trigger, targets, steps and alarms."
	schema.Not = &jsonschema.Schema{Required: []string{"steps", "strategy"}}
	text, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the canary file's schema: %w", err)
	}
	return append(text, '\n'), nil
}

// schemaOf reflects a part of the format, whole and in place.
func schemaOf(part any) *jsonschema.Schema {
	reflector := jsonschema.Reflector{Anonymous: true, DoNotReference: true, Mapper: mapped}
	schema := reflector.Reflect(part)
	schema.Version = ""
	return schema
}

// mapped is the schema of what reflection alone would take for any text or
// number: texts with a rule, and the enums of the core.
func mapped(t reflect.Type) *jsonschema.Schema {
	if t.Kind() == reflect.String && t.Implements(reflect.TypeFor[ruled]()) {
		if field, ok := reflect.TypeAssert[ruled](reflect.Zero(t)); ok {
			return &jsonschema.Schema{Type: "string", Pattern: field.rule().pattern}
		}
	}
	if t.Kind() != reflect.Int {
		return nil
	}
	words := wordsOf(t)
	if len(words) == 0 {
		return nil
	}
	enum := make([]any, len(words))
	for i, word := range words {
		enum[i] = word
	}
	return &jsonschema.Schema{Type: "string", Enum: enum}
}

// schemaOfOne is a mapping with exactly one key, the word of a kind.
func schemaOfOne[B any](kinds []kind[B]) *jsonschema.Schema {
	one := uint64(1)
	schema := &jsonschema.Schema{
		Type: "object", Properties: jsonschema.NewProperties(),
		AdditionalProperties: jsonschema.FalseSchema, MinProperties: &one, MaxProperties: &one,
	}
	for _, k := range kinds {
		schema.Properties.Set(k.word, schemaOf(k.fresh()))
	}
	return schema
}
