package infra_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

func TestExamples_shortFormIsSevenLines(t *testing.T) {
	text, err := os.ReadFile("examples/lambda-short.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(string(text), "\n"); got != 7 || strings.Contains(string(text), "\n\n") {
		t.Errorf("%d lines, want seven and none empty", got)
	}
}

// Every kind of canary has an example, and each is a file of its own name.
func TestExamples_showEveryKindOfCanary(t *testing.T) {
	files, err := filepath.Glob("examples/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	shown, names := map[string]bool{}, map[string]string{}
	for _, file := range files {
		var canary struct {
			Name     string
			Trigger  map[string]any
			Targets  []map[string]any
			Strategy string
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal(text, &canary); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if was, taken := names[canary.Name]; taken && canary.Name != "checkout" { // its short and its long form
			t.Errorf("%s and %s are both named %s", was, file, canary.Name)
		}
		names[canary.Name] = file
		for trigger := range canary.Trigger {
			shown["trigger "+trigger] = true
		}
		kinds := ""
		for _, target := range canary.Targets {
			for kind := range target {
				kinds += " " + kind
			}
		}
		shown["targets"+kinds] = true
		shown["strategy"] = shown["strategy"] || canary.Strategy != ""
	}
	for _, want := range []string{
		"trigger pipeline", "trigger codedeploy", "trigger manual", "targets lambda", "targets alb", "targets lambda alb", "targets", "strategy",
	} {
		if !shown[want] {
			t.Errorf("no example shows %q", want)
		}
	}
}
