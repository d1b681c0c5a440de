package codepipeline_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

const hush = "hush-5CReT"

func brought() awstest.ExecutionOptions {
	return awstest.ExecutionOptions{Outputs: map[string]map[string]string{
		"Source": {"CommitId": "4f0c", "Token": hush}, "Deploy": {"FunctionVersion": "43", "Password": hush},
		"Prod/Gate": {"Hidden": hush}, // an action without a namespace: nobody can refer to it
	}}
}

func TestVariables_areTheNamedOnesAndNamesOfAll(t *testing.T) {
	w := newWorld(t)
	gate := w.open(t, w.start(t, brought()))
	values, known, err := w.pipelines.Variables(t.Context(), pipelineName, gate.Execution,
		[]string{"Deploy.FunctionVersion", "Deploy.FunctionVersion", "Source.Nothing", "Hidden", "Deploy"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"Deploy.FunctionVersion": "43"}, values); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	want := []string{"Deploy.FunctionVersion", "Deploy.Password", "Source.CommitId", "Source.Token"}
	if diff := cmp.Diff(want, known); diff != "" {
		t.Errorf("known names (-want +got):\n%s", diff)
	}
}

func TestVariables_ofARetriedStageAreThoseOfItsLastAttempt(t *testing.T) {
	w := newWorld(t)
	gate := w.open(t, w.start(t, brought()))
	w.answer(t, gate, false, "ours")
	w.retry(t, gate, types.StageRetryModeAllActions)
	pipelines := w.through(wire{operation: "ListActionExecutions", rewrite: func(body string) string {
		first := strings.LastIndex(body, `"43"`) // newest first
		return body[:first] + `"42"` + body[first+4:]
	}})
	values, known, err := pipelines.Variables(t.Context(), pipelineName, gate.Execution, []string{"Deploy.FunctionVersion"})
	if err != nil {
		t.Fatal(err)
	}
	if values["Deploy.FunctionVersion"] != "43" || len(known) != len(slices.Compact(known)) {
		t.Errorf("values %v, known %v; want version 43 and each name once", values, known)
	}
}

// A ROLLBACK execution runs the gate's stage alone; what earlier stages brought
// is the target's.
func TestVariables_ofARollbackAreThoseOfTheExecutionItGoesBackTo(t *testing.T) {
	w := newWorld(t)
	gate := w.open(t, w.rollback(t, brought()))
	values, known, err := w.pipelines.Variables(t.Context(), pipelineName, gate.Execution,
		[]string{"Deploy.FunctionVersion", "Source.CommitId"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"Deploy.FunctionVersion": "43", "Source.CommitId": "4f0c"}
	if diff := cmp.Diff(want, values); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if !slices.Contains(known, "Source.Token") || strings.Contains(strings.Join(known, " "), hush) {
		t.Errorf("known names %q, want all names and no values", known)
	}
}
