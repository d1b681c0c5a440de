package infra_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/serinhq/serin/internal/canaryfile"
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
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		loaded, err := canaryfile.Load(file, text)
		if err != nil {
			t.Errorf("%s is refused: %v", file, err)
		}
		for _, warning := range loaded.Warnings {
			t.Errorf("%s gets a warning: %v", file, warning)
		}
		plan := loaded.Plan
		if was, taken := names[plan.Canary]; taken && plan.Canary != "checkout" { // its short and its long form
			t.Errorf("%s and %s are both named %s", was, file, plan.Canary)
		}
		names[plan.Canary] = file
		shown["trigger "+plan.Trigger.Kind.String()] = true
		if plan.Deployment != nil {
			shown["trigger "+plan.Deployment.Kind] = true
		}
		kinds := ""
		for _, target := range plan.Targets {
			kinds += " " + target.Kind
			if strings.Contains(string(target.Config), "keyValueStore") {
				shown[target.Kind+" in a key value store"] = true
			}
		}
		shown["targets"+kinds] = true
		shown["strategy"] = shown["strategy"] || strings.Contains(string(text), "\nstrategy:")
	}
	for _, want := range []string{
		"trigger pipeline", "trigger codedeploy", "trigger ecs", "trigger appconfig", "trigger beanstalk", "trigger cloudformation", "trigger manual", "targets lambda", "targets alb", "targets route53", "targets staticsite", "targets lattice", "targets ecstaskset", "targets lambda alb", "targets lambda alb staticsite", "targets", "strategy", "staticsite in a key value store", "targets apigateway", "targets httpapi", "targets cloudfront",
	} {
		if !shown[want] {
			t.Errorf("no example shows %q", want)
		}
	}
}
