package awstest_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appconfig"
	"github.com/aws/aws-sdk-go-v2/service/appconfig/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// configFixture is an application with one environment, and a strategy of two steps and a bake.
type configFixture struct {
	*testing.T
	stand           *awstest.AppConfig
	ledger          *awstest.Ledger
	clock           *watch
	api             *appconfig.Client
	asked           []string
	app, env        string
	profile, linear string
}

func newConfigFixture(t *testing.T) *configFixture {
	t.Helper()
	f := &configFixture{T: t, clock: newWatch()}
	f.ledger = awstest.NewLedger(f.clock.Now)
	f.stand = awstest.NewAppConfig("111122223333", "us-east-1", f.ledger, f.clock.Now)
	f.app = f.stand.CreateApplication("checkout")
	f.env = f.stand.CreateEnvironment(f.app, "prod", "arn:aws:cloudwatch:us-east-1:123456789012:alarm:checkout-5xx")
	f.profile = f.stand.CreateProfile(f.app, "weights")
	f.linear = f.stand.CreateStrategy(awstest.ConfigurationStrategy{Name: "two steps", GrowthPct: 50, Minutes: 10, BakeMinutes: 5})
	cfg := alone(t, f.stand, "AKIDWORKER")
	cfg.HTTPClient = watchResource{into: &f.asked}
	f.api = appconfig.NewFromConfig(cfg)
	return f
}

func (f *configFixture) wish(version string) awstest.ConfigurationWish {
	return awstest.ConfigurationWish{Profile: f.profile, Version: version, Strategy: f.linear}
}

func (f *configFixture) start(version string) []json.RawMessage {
	f.Helper()
	_, events, err := f.stand.StartDeployment(f.app, f.env, f.wish(version))
	if err != nil {
		f.Fatal(err)
	}
	return events
}

func (f *configFixture) get(number int32) *appconfig.GetDeploymentOutput {
	f.Helper()
	return must[*appconfig.GetDeploymentOutput](f.T)(f.api.GetDeployment(f.Context(), &appconfig.GetDeploymentInput{
		ApplicationId: &f.app, EnvironmentId: &f.env, DeploymentNumber: &number,
	}))
}

func (f *configFixture) stop(number int32, revert bool) (*appconfig.StopDeploymentOutput, error) {
	in := &appconfig.StopDeploymentInput{ApplicationId: &f.app, EnvironmentId: &f.env, DeploymentNumber: &number}
	if revert {
		in.AllowRevert = aws.Bool(true)
	}
	return f.api.StopDeployment(f.Context(), in)
}

func TestAppConfig_shareGrowsThenBakesThenIsComplete(t *testing.T) {
	f := newConfigFixture(t)
	events := f.start("4")
	var seen []string
	for range 5 {
		got := f.get(1)
		seen = append(seen, string(got.State)+" "+string(must[[]byte](t)(json.Marshal(got.PercentageComplete))))
		caused, err := f.stand.Advance(f.app, f.env)
		if err != nil && got.State != types.DeploymentStateComplete {
			t.Fatal(err)
		}
		events = append(events, caused...)
	}
	if diff := cmp.Diff([]string{"DEPLOYING 0", "DEPLOYING 50", "DEPLOYING 100", "BAKING 100", "COMPLETE 100"}, seen); diff != "" {
		t.Error(diff)
	}
	var told []string
	for _, event := range events {
		var e struct {
			DetailType string `json:"detail-type"`
		}
		if err := json.Unmarshal(event, &e); err != nil {
			t.Fatal(err)
		}
		told = append(told, e.DetailType)
	}
	want := []string{"On Deployment Start", "On Deployment Step", "On Deployment Step", "On Deployment Baking", "On Deployment Complete"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
	if log := f.get(1).EventLog; log[0].EventType != types.DeploymentEventTypeDeploymentCompleted || len(log) != 5 {
		t.Errorf("event log %+v, want the newest of five first", log)
	}
}

func TestAppConfig_oneDeploymentAtATimeAndNoToken(t *testing.T) {
	f := newConfigFixture(t)
	in := &appconfig.StartDeploymentInput{
		ApplicationId: &f.app, EnvironmentId: &f.env, ConfigurationProfileId: &f.profile, ConfigurationVersion: aws.String("4"), DeploymentStrategyId: &f.linear,
	}
	first := must[*appconfig.StartDeploymentOutput](t)(f.api.StartDeployment(t.Context(), in))
	if first.DeploymentNumber != 1 || first.State != types.DeploymentStateDeploying {
		t.Errorf("the first is %d, %s", first.DeploymentNumber, first.State)
	}
	_, err := f.api.StartDeployment(t.Context(), in)
	wantError[*types.ConflictException](t, err)
	must[[]json.RawMessage](t)(f.stand.AdvanceTo(f.app, f.env, types.DeploymentStateComplete))
	if second := must[*appconfig.StartDeploymentOutput](t)(f.api.StartDeployment(t.Context(), in)); second.DeploymentNumber != 2 {
		t.Errorf("the same again is deployment %d, want one of its own", second.DeploymentNumber)
	}
	list := must[*appconfig.ListDeploymentsOutput](t)(f.api.ListDeployments(t.Context(), &appconfig.ListDeploymentsInput{
		ApplicationId: &f.app, EnvironmentId: &f.env, MaxResults: aws.Int32(1),
	}))
	if len(list.Items) != 1 || list.Items[0].DeploymentNumber != 2 || list.NextToken == nil {
		t.Errorf("list %+v, want the newest first and a token", list)
	}
}

func TestAppConfig_stopRollsBackWhatRunsAndOnlyOnce(t *testing.T) {
	f := newConfigFixture(t)
	f.start("4")
	if out := must[*appconfig.StopDeploymentOutput](t)(f.stop(1, false)); out.State != types.DeploymentStateRollingBack {
		t.Errorf("stopped: %s", out.State)
	}
	_, err := f.stop(1, false)
	wantError[*types.BadRequestException](t, err)
	if got := f.get(1).State; got != types.DeploymentStateRollingBack {
		t.Errorf("first read %s, want ROLLING_BACK", got)
	}
	if got := f.get(1).State; got != types.DeploymentStateRolledBack {
		t.Errorf("second read %s, want ROLLED_BACK", got)
	}
	_, err = f.stop(1, true)
	wantError[*types.BadRequestException](t, err)
	if events := f.stand.TakeEvents(); len(events) != 1 {
		t.Errorf("events %s, want the rollback's", events)
	}
	changes := f.ledger.Changes()
	if last := changes[len(changes)-1]; last.Kind != "configuration-stop" || last.Actor != "AKIDWORKER" {
		t.Errorf("the ledger ends with %+v", last)
	}
}

func TestAppConfig_completeIsRevertedWithin72HoursIfAllowed(t *testing.T) {
	f := newConfigFixture(t)
	f.start("4")
	must[[]json.RawMessage](t)(f.stand.AdvanceTo(f.app, f.env, types.DeploymentStateComplete))
	_, err := f.stop(1, false)
	wantError[*types.BadRequestException](t, err)
	f.clock.Add(72*time.Hour + time.Second)
	_, err = f.stop(1, true)
	wantError[*types.BadRequestException](t, err)
	f.clock.Add(-time.Second)
	if out := must[*appconfig.StopDeploymentOutput](t)(f.stop(1, true)); out.State != types.DeploymentStateReverted {
		t.Errorf("reverted: %s", out.State)
	}
}

func TestAppConfig_itsOwnAlarmRollsBack(t *testing.T) {
	f := newConfigFixture(t)
	f.start("4")
	must[[]json.RawMessage](t)(f.stand.AlarmFires(f.app, f.env))
	f.get(1)
	got := f.get(1)
	if got.State != types.DeploymentStateRolledBack || got.EventLog[1].TriggeredBy != types.TriggeredByCloudwatchAlarm {
		t.Errorf("%s, log %+v", got.State, got.EventLog)
	}
}

func TestAppConfig_eventsHaveTheShapeOfTheSamplesAndNeedTheExtension(t *testing.T) {
	f := newConfigFixture(t)
	events := f.start("4")
	events = append(events, must[[]json.RawMessage](t)(f.stand.AdvanceTo(f.app, f.env, types.DeploymentStateComplete))...)
	for at, name := range map[int]string{0: "appconfig-deployment-start", len(events) - 1: "appconfig-deployment-complete"} {
		if diff := cmp.Diff(sample(t, name), shape(t, events[at])); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	f.stand.SilenceEvents(f.app, f.env)
	if events := f.start("5"); len(events) != 0 {
		t.Errorf("without the extension: %s", events)
	}
}

func TestAppConfig_whatIsNotThereIsNotFound(t *testing.T) {
	f := newConfigFixture(t)
	_, err := f.api.GetDeployment(t.Context(), &appconfig.GetDeploymentInput{ApplicationId: &f.app, EnvironmentId: &f.env, DeploymentNumber: aws.Int32(1)})
	wantError[*types.ResourceNotFoundException](t, err)
	_, err = f.api.ListDeployments(t.Context(), &appconfig.ListDeploymentsInput{ApplicationId: &f.app, EnvironmentId: aws.String("none")})
	wantError[*types.ResourceNotFoundException](t, err)
	_, err = f.api.ListEnvironments(t.Context(), &appconfig.ListEnvironmentsInput{ApplicationId: aws.String("none")})
	wantError[*types.ResourceNotFoundException](t, err)
	_, err = f.api.GetEnvironment(t.Context(), &appconfig.GetEnvironmentInput{ApplicationId: &f.app, EnvironmentId: &f.env})
	if err != nil {
		t.Error(err)
	}
	application := "arn:aws:appconfig:us-east-1:111122223333:application/" + f.app
	want := []string{
		application + "/environment/" + f.env + "/deployment/1", application + "/environment/none",
		"arn:aws:appconfig:us-east-1:111122223333:application/none", application + "/environment/" + f.env,
	}
	if diff := cmp.Diff(want, f.asked); diff != "" {
		t.Error(diff)
	}
}
