package codepipeline_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func TestPreflight_saysWhatStandsInTheWay(t *testing.T) {
	deploy := func(category types.ActionCategory, order int32) types.ActionDeclaration {
		return awstest.PipelineAction("Deploy", category, "Any", "", order)
	}
	gate := awstest.ManualApproval("Gate", 2)
	defaultOrder := awstest.ManualApproval("Gate", 1)
	defaultOrder.RunOrder = nil
	custom := awstest.ManualApproval("Gate", 2)
	custom.ActionTypeId = &types.ActionTypeId{Category: types.ActionCategoryApproval, Owner: types.ActionOwnerCustom,
		Provider: aws.String("Manual"), Version: aws.String("1")}
	for _, tc := range []struct {
		name    string
		actions []types.ActionDeclaration
		own     bool
		want    statemachine.Code
	}{
		{"deploy before", []types.ActionDeclaration{deploy(types.ActionCategoryDeploy, 1), gate}, true, ""},
		{"build before", []types.ActionDeclaration{deploy(types.ActionCategoryBuild, 1), gate}, true, ""},
		{"invoke before", []types.ActionDeclaration{deploy(types.ActionCategoryInvoke, 1), gate}, true, ""},
		{"commands before", []types.ActionDeclaration{deploy(types.ActionCategoryCompute, 1), gate}, true, ""},
		{"declared after it, run before", []types.ActionDeclaration{gate, deploy(types.ActionCategoryDeploy, 1)}, true, ""},
		{"test before", []types.ActionDeclaration{deploy(types.ActionCategoryTest, 1), gate}, true, statemachine.CodeDeployOutside},
		{"beside", []types.ActionDeclaration{deploy(types.ActionCategoryDeploy, 2), gate}, true, statemachine.CodeDeployOutside},
		{"beside, by default", []types.ActionDeclaration{deploy(types.ActionCategoryDeploy, 1), defaultOrder}, true, statemachine.CodeDeployOutside},
		{"after", []types.ActionDeclaration{deploy(types.ActionCategoryDeploy, 3), gate}, true, statemachine.CodeDeployOutside},
		{"after, and it does not matter", []types.ActionDeclaration{deploy(types.ActionCategoryDeploy, 3), gate}, false, ""},
		{"no gate", []types.ActionDeclaration{deploy(types.ActionCategoryDeploy, 1)}, false, statemachine.CodeGateGone},
		{"no manual approval", []types.ActionDeclaration{awstest.PipelineAction("Gate", types.ActionCategoryTest, "CodeBuild", "", 2)}, true, statemachine.CodeGateGone},
		{"an approval of one's own making", []types.ActionDeclaration{custom}, false, statemachine.CodeGateGone},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t)
			decl := definition()
			decl.Stages[2].Actions = tc.actions
			w.update(t, decl)
			problems, err := w.pipelines.Preflight(t.Context(), gateSpec(), tc.own)
			if err != nil {
				t.Fatal(err)
			}
			if tc.want == "" && len(problems) > 0 {
				t.Errorf("problems %+v, want none", problems)
			}
			if tc.want != "" && (len(problems) != 1 || problems[0].Code != tc.want || problems[0].Text == "" || problems[0].Wait) {
				t.Errorf("problems %+v, want one %s that does not pass by itself", problems, tc.want)
			}
		})
	}
}

func TestPreflight_ofAPipelineThatIsNotThereIsNotFound(t *testing.T) {
	w := newWorld(t)
	_, err := w.pipelines.Preflight(t.Context(), worker.GateSpec{Pipeline: "deleted", Stage: "Prod", Action: "Gate"}, false)
	if !errors.Is(err, worker.ErrNotFound) {
		t.Errorf("got %v, want %v", err, worker.ErrNotFound)
	}
}
