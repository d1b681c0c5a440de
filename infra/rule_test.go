package infra_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRules_matchExactlyWhatTheWorkerReads(t *testing.T) {
	s := resolve(t, nil)
	want := map[string]string{
		"GateRule": `{"source":["aws.codepipeline"],"detail-type":["CodePipeline Action Execution State Change"],
			"detail":{"state":["STARTED","SUCCEEDED","FAILED","CANCELED","ABANDONED"],
			"type":{"owner":["AWS"],"category":["Approval"],"provider":["Manual"]}}}`,
		"PipelineExecutionRule": `{"source":["aws.codepipeline"],"detail-type":["CodePipeline Pipeline Execution State Change"],
			"detail":{"state":["STOPPING","STOPPED","FAILED","CANCELED","SUPERSEDED"]}}`,
		"PipelineStageRule": `{"source":["aws.codepipeline"],"detail-type":["CodePipeline Stage Execution State Change"],
			"detail":{"state":["STOPPING","STOPPED","FAILED","CANCELED"]}}`,
		"DeploymentRule": `{"source":["aws.codedeploy"],"detail-type":["CodeDeploy Deployment State-change Notification"],
			"detail":{"state":["START","READY","SUCCESS","FAILURE","STOP"]}}`,
		"EcsRule": `{"source":["aws.ecs"],"detail-type":["ECS Deployment State Change","ECS Hook State Change"],
			"detail":{"eventName":["SERVICE_DEPLOYMENT_IN_PROGRESS","SERVICE_DEPLOYMENT_COMPLETED","SERVICE_DEPLOYMENT_FAILED",
			"HOOK_AWAITING_ACTION","HOOK_FAILED","HOOK_TIMED_OUT"]}}`,
		"AppConfigRule": `{"source":["aws.appconfig"],
			"detail-type":["On Deployment Start","On Deployment Complete","On Deployment Rolled Back"]}`,
		"BeanstalkRule": `{"source":["aws.elasticbeanstalk"],"detail-type":["Elastic Beanstalk resource status change"],
			"detail":{"Status":["Environment update started","Environment update successful","Environment update failed"]}}`,
		"StackRule": `{"source":["aws.cloudformation"],"detail-type":["CloudFormation Stack Status Change"],
			"detail":{"status-details":{"status":["UPDATE_IN_PROGRESS","UPDATE_COMPLETE","UPDATE_FAILED","UPDATE_ROLLBACK_IN_PROGRESS",
			"UPDATE_ROLLBACK_COMPLETE","UPDATE_ROLLBACK_FAILED"]}}}`,
		"BuildRule": `{"source":["aws.codebuild"],"detail-type":["CodeBuild Build State Change"],
			"detail":{"build-status":["SUCCEEDED","FAILED","FAULT","TIMED_OUT","STOPPED"]}}`,
		"HookRule": `{"source":["serin.hook"],"detail-type":["CodeDeploy Lifecycle Hook"]}`,
		"AlarmStateRule": `{"source":["aws.cloudwatch"],"detail-type":["CloudWatch Alarm State Change"],
			"detail":{"state":{"value":["OK","ALARM","INSUFFICIENT_DATA"]}}}`,
		"AlarmConfigurationRule": `{"source":["aws.cloudwatch"],"detail-type":["CloudWatch Alarm Configuration Change"],
			"detail":{"operation":["create","update","delete"]}}`,
	}
	got := map[string]any{}
	for _, id := range s.ofType("AWS::Events::Rule") {
		got[id] = s.properties(id).at("EventPattern").value
	}
	wanted := map[string]any{}
	for id, text := range want {
		var pattern any
		if err := json.Unmarshal([]byte(text), &pattern); err != nil {
			t.Fatal(err)
		}
		wanted[id] = pattern
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("patterns (-want +got):\n%s", diff)
	}
}

// A rule that the queue's policy does not name would deliver nothing, and say so nowhere.
func TestRules_areEachLetIntoBothQueues(t *testing.T) {
	s := resolve(t, nil)
	for _, id := range s.ofType("AWS::Events::Rule") {
		for _, queue := range []string{"EventQueue", "DeadLetterQueue"} {
			r := request{
				principal: "events.amazonaws.com", action: "sqs:SendMessage", resource: "<" + queue + ".Arn>",
				context: map[string]string{"aws:SourceArn": "<" + id + ".Arn>", "aws:SourceAccount": "123456789012"},
			}
			if got := judge(t, s.properties(queue+"Policy").at("PolicyDocument"), r); got != (verdict{Allowed: true}) {
				t.Errorf("%s to %s: %+v", id, queue, got)
			}
		}
	}
}

func TestRules_deliverTheWholeEventToTheEventQueueOnly(t *testing.T) {
	s := resolve(t, nil)
	for _, id := range s.ofType("AWS::Events::Rule") {
		targets := s.properties(id).at("Targets").list()
		if len(targets) != 1 {
			t.Fatalf("%s has %d targets", id, len(targets))
		}
		if got := targets[0].keys(); !slices.Equal(got, []string{"Arn", "DeadLetterConfig", "Id"}) {
			t.Errorf("target of %s has %v: Input and the like would cut off the envelope", id, got)
		}
		if got := targets[0].at("Arn").text(); got != "<EventQueue.Arn>" {
			t.Errorf("%s sends to %s", id, got)
		}
		if got := targets[0].at("DeadLetterConfig", "Arn").text(); got != "<DeadLetterQueue.Arn>" {
			t.Errorf("%s gives up to %s", id, got)
		}
		if bus := s.properties(id).at("EventBusName").text(); bus != "" {
			t.Errorf("%s listens on %s; AWS services send to the default bus", id, bus)
		}
	}
}
