package awstest_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// Every kind of event has the shape of AWS's sample, to the last member.
func TestCodeDeploy_eventsHaveTheShapeOfTheSamples(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformServer, twoWaits)
	id, events, err := f.stand.StartDeployment("orders", "prod", awstest.DeploymentOptions{})
	if err != nil {
		t.Fatal(err)
	}
	events = append(events, f.to(id, awstest.PointReady)...)
	if err := f.goOn(id, types.DeploymentWaitTypeReadyWait); err != nil {
		t.Fatal(err)
	}
	f.to(id, awstest.PointShifted)
	events = append(events, must[[]json.RawMessage](t)(f.stand.ExpireWait(id))...)
	stopped := f.start(awstest.DeploymentOptions{})
	if _, err := f.stop(stopped, false); err != nil {
		t.Fatal(err)
	}
	f.get(stopped)
	f.get(stopped)
	events = append(events, f.stand.TakeEvents()...)
	events = append(events, must[[]json.RawMessage](t)(f.stand.Fail(f.start(awstest.DeploymentOptions{}), types.ErrorCodeThrottled))...)

	var shapes []any
	for _, event := range events {
		shapes = append(shapes, shape(t, event))
	}
	for _, name := range []string{
		"codedeploy-deployment-start", "codedeploy-deployment-ready", "codedeploy-deployment-success",
		"codedeploy-deployment-stop", "codedeploy-deployment-failure", "codedeploy-instance-start",
		"codedeploy-instance-ready", "codedeploy-instance-success", "codedeploy-instance-failure",
	} {
		want := sample(t, name)
		if !slices.ContainsFunc(shapes, func(got any) bool { return cmp.Equal(want, got) }) {
			t.Errorf("no event has the shape of %s:\n%v", name, want)
		}
	}
}

func TestCodeDeploy_tellsNothingOfTrafficIncrementsAndTheTerminationWait(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformEcs, twoWaits)
	id := f.start(awstest.DeploymentOptions{})
	f.to(id, awstest.PointReady)
	if err := f.goOn(id, types.DeploymentWaitTypeReadyWait); err != nil {
		t.Fatal(err)
	}
	if events := append(f.to(id, awstest.PointShifted), f.stand.TakeEvents()...); len(events) != 0 {
		t.Errorf("events %s", events)
	}
}

func TestCodeDeploy_eventsThatCallsCauseGoToTheListener(t *testing.T) {
	f := newDeployFixture(t, types.ComputePlatformEcs, twoWaits)
	var heard []json.RawMessage
	f.stand.OnEvent(func(event json.RawMessage) { heard = append(heard, event) })
	id := f.start(awstest.DeploymentOptions{})
	f.stand.Lag(awstest.DeploymentLags{})
	if _, err := f.stop(id, false); err != nil {
		t.Fatal(err)
	}
	if len(heard) != 1 || !cmp.Equal(shape(t, heard[0]), sample(t, "codedeploy-deployment-stop")) {
		t.Errorf("heard %s", heard)
	}
}
