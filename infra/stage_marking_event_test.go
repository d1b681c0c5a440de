package infra_test

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// readOfEvents are the members of an event that Serin has a use for, by path. What DESIGN keeps of a release comes from these.
func readOfEvents() []string {
	return []string{
		"version", "id", "source", "detail-type", "account", "region", "time",
		"detail.pipeline", "detail.execution-id", "detail.stage", "detail.action", "detail.action-execution-id", "detail.state",
		"detail.type.owner", "detail.type.category", "detail.type.provider",
		"detail.application", "detail.deploymentGroup", "detail.deploymentId", "detail.alarmName", "detail.operation",
		"detail.state.value", "detail.state.timestamp", "detail.state.evaluationState",
		"detail.build-status", "detail.project-name", "detail.Application.Id", "detail.Environment.Id", "detail.Type",
		"detail.EnvironmentName", "detail.Status", "detail.stack-id", "detail.status-details.status",
	}
}

// marked is an event with the mark in every text that Serin has no use for, and in members that AWS may add one day. What is
// no JSON object has it in front.
func marked(event json.RawMessage) json.RawMessage {
	var whole map[string]any
	if json.Unmarshal(event, &whole) != nil {
		return append(json.RawMessage(mark+" "), event...)
	}
	read := readOfEvents()
	whole = markTexts(whole, "", func(path string) bool { return slices.Contains(read, path) }).(map[string]any)
	whole["trace"] = mark
	if detail, ok := whole["detail"].(map[string]any); ok {
		detail["customData"], detail["added"] = mark, map[string]any{"password": mark}
	}
	text, err := json.Marshal(whole)
	if err != nil {
		panic(err) // it came from JSON
	}
	return text
}

// markTexts puts the mark in the place of each text of a JSON value but those whose path is read.
func markTexts(value any, path string, read func(path string) bool) any {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			value[name] = markTexts(inner, strings.TrimPrefix(path+"."+name, "."), read)
		}
	case []any:
		for i, inner := range value {
			value[i] = markTexts(inner, path, read)
		}
	case string:
		_, notTime := time.Parse(time.RFC3339, value)
		if notTime != nil && !read(path) {
			return mark
		}
	}
	return value
}
