package infra_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/app"
)

func TestFargate_isThereOnlyWhenAskedFor(t *testing.T) {
	for _, id := range resolve(t, nil).resources.keys() {
		kind := resolve(t, nil).resources.at(id, "Type").text()
		if strings.HasPrefix(kind, "AWS::ECS") || kind == "AWS::IAM::Role" || kind == "AWS::Logs::LogGroup" {
			t.Errorf("%s (%s) is made though Worker is none", id, kind)
		}
	}
}

func TestFargate_runsTwoWorkersThatMayDrain(t *testing.T) {
	s := resolve(t, onFargate())
	service, task := s.properties("Service"), s.properties("TaskDefinition")
	container := task.at("ContainerDefinitions", 0)
	network := service.at("NetworkConfiguration", "AwsvpcConfiguration")
	got := map[string]string{
		"tasks": service.at("DesiredCount").text(), "stop timeout": container.at("StopTimeout").text(),
		"image": container.at("Image").text(), "role": task.at("TaskRoleArn").text(),
		"policies": strings.Join(s.properties("TaskRole").at("ManagedPolicyArns").texts(), " "),
		"subnets":  strings.Join(network.at("Subnets").texts(), " "), "groups": strings.Join(network.at("SecurityGroups").texts(), " "),
		"public address": network.at("AssignPublicIp").text(),
		"log":            container.at("LogConfiguration", "Options", "awslogs-group").text(),
	}
	want := map[string]string{
		"tasks": "2", "stop timeout": "60", "image": "123456789012.example/serin:1", "role": "<TaskRole.Arn>", "policies": "<WorkerPolicy> <WorkerTargetsPolicy>",
		"subnets": "subnet-0a subnet-0b", "groups": "sg-0a", "public address": "DISABLED", "log": "<LogGroup>",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("service (-want +got):\n%s", diff)
	}
}

func TestFargate_setsOnlySettingsThatExist(t *testing.T) {
	s := resolve(t, onFargate())
	exists := map[string]bool{}
	for _, setting := range app.All() {
		exists[setting.Env] = true
	}
	got := map[string]string{}
	for _, variable := range s.properties("TaskDefinition").at("ContainerDefinitions", 0, "Environment").list() {
		name := variable.at("Name").text()
		got[name] = variable.at("Value").text()
		if !exists[name] {
			t.Errorf("%s is no setting of the worker", name)
		}
	}
	want := map[string]string{
		"SERIN_QUEUE_URL": "<EventQueue>", "SERIN_COMMAND_QUEUE_URL": "<CommandQueue>", "SERIN_TABLE": "<Table>", "SERIN_EVENT_BUS": "default",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
}

func TestFargate_refusesToStartWithoutImageOrSubnets(t *testing.T) {
	var demanded []string
	rule := node{readTemplate(t).Tree["Rules"]}.at("FargateNeedsAnImageAndSubnets")
	for _, assertion := range rule.at("Assertions").list() {
		demanded = append(demanded, assertion.at("Assert", "Fn::Not", 0, "Fn::Equals", 0, "Ref").text())
	}
	if diff := cmp.Diff([]string{"Image", "Subnets"}, demanded); diff != "" {
		t.Errorf("demanded (-want +got):\n%s", diff)
	}
	if got := rule.at("RuleCondition", "Fn::Equals").texts(); len(got) != 2 || got[1] != "fargate" {
		t.Errorf("demanded when %v", got)
	}
}

func TestFargate_rolesAreForTasksOfThisAccountOnly(t *testing.T) {
	s := resolve(t, onFargate())
	for _, id := range s.ofType("AWS::IAM::Role") {
		trust := s.properties(id).at("AssumeRolePolicyDocument", "Statement").list()
		if len(trust) != 1 {
			t.Fatalf("%s is trusted to %d", id, len(trust))
		}
		condition := trust[0].at("Condition")
		got := []string{
			trust[0].at("Principal", "Service").text(), condition.at("StringEquals", "aws:SourceAccount").text(), condition.at("ArnLike", "aws:SourceArn").text(),
		}
		want := []string{"ecs-tasks.amazonaws.com", "123456789012", "arn:aws:ecs:us-east-1:123456789012:*"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
}
