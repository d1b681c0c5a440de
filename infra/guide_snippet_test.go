package infra_test

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/canaryfile"
)

// gateStage is the pipeline's stage as the guide writes it for the API.
func gateStage(t *testing.T) types.StageDeclaration {
	t.Helper()
	var stage types.StageDeclaration
	if err := json.Unmarshal([]byte(block(t, "json", 0)), &stage); err != nil {
		t.Fatal(err)
	}
	return stage
}

// The stage stands in the guide twice, and its names a third time, in the canary's file.
func TestGuide_theGateIsTheSameWhereverItStands(t *testing.T) {
	var inTemplate any
	if err := yaml.Unmarshal([]byte(block(t, "yaml", 1)), &inTemplate); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(inTemplate)
	if err != nil {
		t.Fatal(err)
	}
	var stages []types.StageDeclaration // CloudFormation's names are the API's, in other letters
	if err := json.Unmarshal(text, &stages); err != nil {
		t.Fatal(err)
	}
	stage := gateStage(t)
	if diff := cmp.Diff(indented(t, []types.StageDeclaration{stage}), indented(t, stages)); diff != "" {
		t.Errorf("stage (-for the API +in the template):\n%s", diff)
	}
	file, err := canaryfile.Load("checkout.yaml", []byte(block(t, "yaml", 0)))
	if err != nil {
		t.Fatal(err)
	}
	for _, warning := range file.Warnings {
		t.Errorf("the guide's canary gets a warning: %v", warning)
	}
	trigger := file.Plan.Trigger
	if trigger.Stage != *stage.Name || trigger.Action != *stage.Actions[0].Name {
		t.Errorf("the canary waits for %s/%s, the pipeline has %s/%s", trigger.Stage, trigger.Action, *stage.Name, *stage.Actions[0].Name)
	}
}

func indented(t *testing.T, value any) string {
	t.Helper()
	text, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
