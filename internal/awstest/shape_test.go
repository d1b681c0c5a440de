package awstest_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// sample reads one of AWS's sample events.
func sample(t *testing.T, name string) any {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "events", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return shape(t, raw)
}

// shape is an event with every text replaced by what kind of text it is, so that two events of one kind are equal.
// Numbers keep their spelling: 6.0 is a float.
func shape(t *testing.T, raw []byte) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return shapeOf("", v)
}

func shapeOf(key string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, member := range v {
			out[k] = shapeOf(k, member)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, member := range v {
			out[i] = shapeOf("", member)
		}
		return out
	case json.Number:
		return strings.Trim(v.String(), "0123456789") // "." of a float
	case string:
		return shapeOfText(key, v)
	default:
		return v
	}
}

func shapeOfText(key, s string) string {
	switch key {
	case "state", "detail-type", "source", "version", "category", "owner", "account", "region", "trigger-type", "error-code":
		return s
	}
	for _, layout := range []string{"2006-01-02T15:04:05Z", "2006-01-02T15:04:05.000Z"} {
		if _, err := time.Parse(layout, s); err == nil && len(layout) == len(s) {
			return layout
		}
	}
	if strings.HasPrefix(s, "arn:") {
		return strings.Join(strings.SplitAfterN(s, ":", 6)[:5], "")
	}
	return "text"
}
