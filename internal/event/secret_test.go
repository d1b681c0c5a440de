package event_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

const secret = "AKIA-do-not-repeat-me"

// read lists the fields the decoder looks at; a map, a list or a text anywhere else is none of its business.
func read() []string {
	return []string{
		"version", "id", "source", "detail-type", "account", "region", "time",
		"detail.pipeline", "detail.execution-id", "detail.stage", "detail.action", "detail.action-execution-id", "detail.state",
		"detail.type.owner", "detail.type.category", "detail.type.provider",
		"detail.application", "detail.deploymentGroup", "detail.deploymentId",
		"detail.Type", "detail.Application.Id", "detail.Environment.Id", "detail.stack-id", "detail.status-details.status",
		"detail.EnvironmentName", "detail.Status", "detail.build-status", "detail.project-name",
		"detail.alarmName", "detail.operation",
		"detail.state.value", "detail.state.timestamp", "detail.state.evaluationState",
	}
}

// Comments, commit texts, artifact keys, summaries and metric data travel in events: what is not needed is not kept,
// and what is wrong is told without being repeated.
func TestDecode_keepsAndRepeatsNothingItDoesNotNeed(t *testing.T) {
	for _, name := range samples(t) {
		var body any
		if json.Unmarshal([]byte(sample(t, name)), &body) != nil {
			body = secret
		}
		planted, err := json.Marshal(plant(body, ""))
		if err != nil {
			t.Fatalf("plant the secret in %s: %v", name, err)
		}
		for _, body := range [][]byte{planted, planted[:len(planted)-1], append([]byte(secret), planted...)} {
			event, err := decoder().Decode(string(body))
			if text := fmt.Sprintf("%#v %v", event, err); strings.Contains(text, secret) {
				t.Errorf("%s: %s", name, text)
			}
		}
	}
}

// plant replaces every text that the decoder has no reason to look at.
func plant(value any, path string) any {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			value[name] = plant(inner, strings.TrimPrefix(path+"."+name, "."))
		}
	case []any:
		for i, inner := range value {
			value[i] = plant(inner, path)
		}
	case string:
		if !slices.Contains(read(), path) {
			return secret
		}
	}
	return value
}
