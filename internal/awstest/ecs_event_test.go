package awstest_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"
)

// Every kind of event has the shape of AWS's sample, to the last member.
func TestECS_eventsHaveTheShapeOfTheSamples(t *testing.T) {
	config := canaryAt(preShift)
	config.DeploymentCircuitBreaker = &types.DeploymentCircuitBreaker{Enable: true}
	f := newECSFixture(t, config)
	arn, events := f.stand.StartDeployment(f.service, "checkout:2")
	events = append(events, f.run(arn)...)
	for _, action := range []types.DeploymentLifecycleHookAction{types.DeploymentLifecycleHookActionContinue, types.DeploymentLifecycleHookActionRollback} {
		if err := f.goOn(arn, f.hook(arn), action); err != nil {
			t.Fatal(err)
		}
		events = append(events, f.stand.TakeEvents()...)
		if action == types.DeploymentLifecycleHookActionContinue {
			events = append(events, f.run(arn)...)
		}
	}
	events = append(events, f.run(arn)...)
	late := f.deploy()
	events = append(events, must[[]json.RawMessage](t)(f.stand.ExpireHooks(late))...)
	failing := f.deploy()
	events = append(events, must[[]json.RawMessage](t)(f.stand.Fail(failing))...)

	var shapes []any
	for _, event := range events {
		shapes = append(shapes, shape(t, event))
	}
	for _, name := range []string{
		"ecs-deployment-in-progress", "ecs-deployment-completed", "ecs-deployment-failed",
		"ecs-hook-awaiting-action", "ecs-hook-succeeded", "ecs-hook-failed", "ecs-hook-timed-out",
	} {
		want := sample(t, name)
		if !slices.ContainsFunc(shapes, func(got any) bool { return cmp.Equal(want, got) }) {
			t.Errorf("no event has the shape of %s:\n%v\n%v", name, want, shapes)
		}
	}
}

func TestECS_eventsThatCallsCauseGoToTheListener(t *testing.T) {
	f := newECSFixture(t, canaryAt(preShift))
	arn := f.deploy()
	var heard []json.RawMessage
	f.stand.OnEvent(func(event json.RawMessage) { heard = append(heard, event) })
	if err := f.goOn(arn, f.hook(arn), ""); err != nil {
		t.Fatal(err)
	}
	if len(heard) != 1 || !cmp.Equal(shape(t, heard[0]), sample(t, "ecs-hook-succeeded")) {
		t.Errorf("heard %s", heard)
	}
}
