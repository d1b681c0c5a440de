package canaryfile

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/invopop/jsonschema"
)

// schemaNumber is the version of the format.
type schemaNumber int

const currentSchema schemaNumber = 1

func (s *schemaNumber) read(d *decoder, path string, n ast.Node) {
	if number, ok := n.(*ast.IntegerNode); ok && number.GetToken().Value == "1" {
		*s = currentSchema
		return
	}
	d.fail(path, "schema must be 1, the format this version of serin reads, got %s", describe(n))
}

// JSONSchema says the same to an editor.
func (schemaNumber) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "integer", Const: int(currentSchema)}
}

// duration is a time span of whole hours, minutes and seconds, in this order.
type duration time.Duration

// maxDuration is the longest CodePipeline lets an approval action wait (86,400
// minutes), and so the longest that any wait of a release makes sense.
const maxDuration = 60 * 24 * time.Hour

const durationPattern = `^([0-9]{1,6}h([0-9]{1,6}m)?([0-9]{1,6}s)?|[0-9]{1,6}m([0-9]{1,6}s)?|[0-9]{1,6}s)$`

func (v *duration) read(d *decoder, path string, n ast.Node) {
	text, ok := stringOf(n)
	if !ok || !regexp.MustCompile(durationPattern).MatchString(text) {
		d.fail(path, "%s must be a duration such as 90s, 10m or 1h30m, got %s", label(path), describe(n))
		return
	}
	span, err := time.ParseDuration(text)
	if err != nil || span <= 0 || span > maxDuration {
		d.fail(path, "%s must be longer than 0s and at most %s, got %s", label(path), spanText(maxDuration), text)
		return
	}
	*v = duration(span)
}

// JSONSchema says the same to an editor.
func (duration) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Pattern: durationPattern, Examples: []any{"90s", "10m", "1h30m"}}
}

// spanText writes a duration as the file does: 1h30m, not 1h30m0s.
func spanText(span time.Duration) string {
	text := span.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// weight is a share of the traffic in percent, with at most one decimal: an
// ALB's weights, whole numbers up to 999, can't tell finer shares apart.
type weight float64

func (w *weight) read(d *decoder, path string, n ast.Node) {
	share, ok := numberOf(n)
	switch {
	case !ok:
		d.fail(path, "%s must be a number, the percentage alone, got %s", label(path), describe(n))
	case share <= 0 || share > 100:
		d.fail(path, "%s must be above 0 and at most 100, got %s", label(path), describe(n))
	case math.Round(share*10)/10 != share:
		d.fail(path, "%s must have at most one decimal, got %s", label(path), describe(n))
	default:
		*w = weight(share)
	}
}

// JSONSchema says the same to an editor.
func (weight) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "number", ExclusiveMinimum: "0", Maximum: "100"}
}

// numberOf reads a plain decimal number; what YAML also calls a number (0x10,
// 1_000, .inf) is not meant here.
func numberOf(n ast.Node) (float64, bool) {
	switch n.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
	default:
		return 0, false
	}
	text := n.GetToken().Value
	if !regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`).MatchString(text) {
		return 0, false
	}
	number, err := strconv.ParseFloat(text, 64)
	return number, err == nil
}

// capacity is a whole percentage: 100%, or 100.
type capacity int

const capacityPattern = `^([1-9][0-9]?|100)%$`

func (c *capacity) read(d *decoder, path string, n ast.Node) {
	text, ok := stringOf(n)
	if number, plain := n.(*ast.IntegerNode); plain {
		text, ok = number.GetToken().Value+"%", true
	}
	if !ok || !regexp.MustCompile(capacityPattern).MatchString(text) {
		d.fail(path, "%s must be a whole percentage from 1%% to 100%%, got %s", label(path), describe(n))
		return
	}
	pct, _ := strconv.Atoi(strings.TrimSuffix(text, "%")) // the pattern allows digits only
	*c = capacity(pct)
}

// JSONSchema says the same to an editor.
func (capacity) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
		{Type: "string", Pattern: capacityPattern},
		{Type: "integer", Minimum: "1", Maximum: "100"},
	}}
}
