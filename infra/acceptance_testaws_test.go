package infra_test

import (
	"crypto/rand"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// installOnTestAWS deploys the template on a test AWS, before stand-ins of what is released.
func installOnTestAWS(t *testing.T) *installation {
	t.Helper()
	s := ownStage(t, "acceptance", 1)
	s.alarms.OnEvent(func(event json.RawMessage) { s.emit(event) })
	s.function(s.name)
	s.alarm(s.name)
	if err := s.pipelines.CreatePipeline(acceptancePipeline(s.name)); err != nil {
		t.Fatal(err)
	}
	return &installation{
		name: s.name, aws: s.Config("judge"), worker: s.environment("worker", "worker"), person: s.environment("operator", "apply"),
		bake: 3 * time.Second, patience: patience,
		publish: func(*testing.T) string { return s.publish(rand.Text()) },
		start: func(t *testing.T, version string) string {
			t.Helper()
			execution, events := s.openGate(version)
			s.emit(events...)
			return execution
		},
	}
}

// acceptancePipeline is the pipeline of the accepted template, as far as the stand-in knows it.
func acceptancePipeline(name string) types.PipelineDeclaration {
	return types.PipelineDeclaration{
		Name: &name, ExecutionMode: types.ExecutionModeQueued,
		Stages: []types.StageDeclaration{
			{Name: aws.String("Source"), Actions: []types.ActionDeclaration{
				awstest.PipelineAction("Source", types.ActionCategorySource, "S3", "", 1)}},
			{Name: aws.String("Canary"), Actions: []types.ActionDeclaration{
				awstest.PipelineAction("Deploy", types.ActionCategoryInvoke, "Lambda", "Deploy", 1),
				awstest.ManualApproval("Gate", 2)}},
		},
	}
}

// The stories mean the same on both only if what they release is the same.
func TestAcceptedTemplate_hasThePipelineOfTheTestAWS(t *testing.T) {
	text, err := os.ReadFile(acceptedFile)
	if err != nil {
		t.Fatal(err)
	}
	template, err := awstest.ParseTemplate(text)
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, stage := range (node{template.Tree}).at("Resources", "Pipeline", "Properties", "Stages").list() {
		for _, action := range stage.at("Actions").list() {
			kind := action.at("ActionTypeId")
			got = append(got, stage.at("Name").text()+"/"+action.at("Name").text()+" "+kind.at("Category").text()+" "+
				kind.at("Provider").text()+" "+action.at("Namespace").text())
		}
	}
	for _, stage := range acceptancePipeline("checkout").Stages {
		for _, action := range stage.Actions {
			want = append(want, *stage.Name+"/"+*action.Name+" "+string(action.ActionTypeId.Category)+" "+
				*action.ActionTypeId.Provider+" "+aws.ToString(action.Namespace))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("actions (-test AWS +template):\n%s", diff)
	}
}
