package deployment

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appconfig"
	"github.com/aws/aws-sdk-go-v2/service/appconfig/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// An environment of AWS AppConfig (AppConfig user guide, "Deploying feature flags
// and configuration data"): its strategy gives the configuration to more and more
// clients, then bakes.
//
// Points: none; it waits nowhere.
// Weight: the share of the clients that are given the new configuration.
// Stop: with AllowRevert, so that one that has just completed is reverted as well;
// the same deployment goes back, so there is no rollback deployment.
// IAM: appconfig:ListDeployments on the environment, GetDeployment on the
// deployment, StopDeployment on application, environment and deployment.

// AppConfigAPI is what a guarded AppConfig deployment calls.
type AppConfigAPI interface {
	ListDeployments(context.Context, *appconfig.ListDeploymentsInput, ...func(*appconfig.Options)) (*appconfig.ListDeploymentsOutput, error)
	GetDeployment(context.Context, *appconfig.GetDeploymentInput, ...func(*appconfig.Options)) (*appconfig.GetDeploymentOutput, error)
	StopDeployment(context.Context, *appconfig.StopDeploymentInput, ...func(*appconfig.Options)) (*appconfig.StopDeploymentOutput, error)
}

// AppConfigConfig is the file's part.
type AppConfigConfig struct {
	// Application and Environment are ids: the API takes no names.
	Application string `json:"application"`
	Environment string `json:"environment"`
}

// Validate reports all that is wrong.
func (c AppConfigConfig) Validate() error {
	id := regexp.MustCompile(`^[a-z0-9]{4,7}$`)
	var wrong []error
	if !id.MatchString(c.Application) {
		wrong = append(wrong, errors.New("application must be an application's id"))
	}
	if !id.MatchString(c.Environment) {
		wrong = append(wrong, errors.New("environment must be an environment's id"))
	}
	return errors.Join(wrong...)
}

type appConfig struct {
	AppConfigConfig
	name string // "abc1234/def5678"
	api  AppConfigAPI
}

func openAppConfig(spec statemachine.DeploymentSpec, clients Clients) (worker.Deployment, error) {
	d := &appConfig{}
	if err := decode(spec, &d.AppConfigConfig); err != nil {
		return nil, err
	}
	d.name = d.Application + "/" + d.Environment
	var err error
	d.api, err = client(clients, "appconfig", "", func(cfg aws.Config) AppConfigAPI { return appconfig.NewFromConfig(cfg) })
	return d, err
}

// Find looks at the newest deployment: an environment has one at a time.
func (d *appConfig) Find(ctx context.Context) ([]worker.FoundDeployment, error) {
	out, err := d.api.ListDeployments(ctx, &appconfig.ListDeploymentsInput{ApplicationId: &d.Application, EnvironmentId: &d.Environment, MaxResults: aws.Int32(1)})
	if err != nil {
		return nil, awserr.Classify("appconfig:ListDeployments", d.name, err)
	}
	var found []worker.FoundDeployment
	for _, one := range out.Items {
		if status := appConfigStatus(one.State); status == statemachine.DeploymentRunning {
			found = append(found, worker.FoundDeployment{
				ID: strconv.Itoa(int(one.DeploymentNumber)), CreatedAt: aws.ToTime(one.StartedAt), Version: aws.ToString(one.ConfigurationVersion),
			})
		}
	}
	return found, nil
}

// Observe reads the deployment by its number.
func (d *appConfig) Observe(ctx context.Context, id string, steps []statemachine.Step) (look statemachine.DeploymentLook, err error) {
	number, err := d.number("appconfig:GetDeployment", id)
	if err != nil {
		return look, err
	}
	out, err := d.api.GetDeployment(ctx, &appconfig.GetDeploymentInput{ApplicationId: &d.Application, EnvironmentId: &d.Environment, DeploymentNumber: number})
	if err != nil {
		return look, awserr.Classify("appconfig:GetDeployment", d.name+" "+id, err)
	}
	look.Problems = stepless("AppConfig "+d.name, steps)
	look.Status = appConfigStatus(out.State)
	pct := float64(aws.ToFloat32(out.PercentageComplete))
	if look.Status == statemachine.DeploymentStopped {
		pct = 0
	}
	look.WeightPct = &pct
	if look.Status == statemachine.DeploymentStopping || look.Status == statemachine.DeploymentStopped {
		look.Text, look.ByAlarm = whyBack(out)
	}
	return look, nil
}

// whyBack says what took a deployment back, in AppConfig's own words; the texts of
// its log may quote what people wrote.
func whyBack(out *appconfig.GetDeploymentOutput) (text string, byAlarm bool) {
	for _, e := range out.EventLog { // newest first
		if e.EventType == types.DeploymentEventTypeRollbackStarted || e.EventType == types.DeploymentEventTypeRevertCompleted {
			return fmt.Sprintf("%s by %s", out.State, e.TriggeredBy), e.TriggeredBy == types.TriggeredByCloudwatchAlarm
		}
	}
	return string(out.State), false
}

// appConfigStatus: what is rolled back or reverted was stopped, by whom tells the
// log.
func appConfigStatus(s types.DeploymentState) statemachine.DeploymentStatus {
	switch s {
	case types.DeploymentStateComplete:
		return statemachine.DeploymentSucceeded
	case types.DeploymentStateRollingBack:
		return statemachine.DeploymentStopping
	case types.DeploymentStateRolledBack, types.DeploymentStateReverted:
		return statemachine.DeploymentStopped
	case types.DeploymentStateBaking, types.DeploymentStateValidating, types.DeploymentStateDeploying:
	}
	return statemachine.DeploymentRunning
}

// Continue has nothing to end: it waits nowhere.
func (d *appConfig) Continue(_ context.Context, id, key string) error {
	return failed(worker.ErrInvalid, "appconfig:GetDeployment", d.name+" "+id, "there is no wait %q", key)
}

// Stop takes it back. What has ended answers BadRequest, and so it is read: one
// that is over is done.
func (d *appConfig) Stop(ctx context.Context, id string) error {
	number, err := d.number("appconfig:StopDeployment", id)
	if err != nil {
		return err
	}
	_, err = d.api.StopDeployment(ctx, &appconfig.StopDeploymentInput{
		ApplicationId: &d.Application, EnvironmentId: &d.Environment, DeploymentNumber: number, AllowRevert: aws.Bool(true),
	})
	if _, refused := errors.AsType[*types.BadRequestException](err); refused {
		look, readErr := d.Observe(ctx, id, nil)
		if readErr != nil {
			return readErr
		}
		if look.Status != statemachine.DeploymentRunning {
			return nil
		}
	}
	return awserr.Classify("appconfig:StopDeployment", d.name+" "+id, err)
}

func (d *appConfig) number(call, id string) (*int32, error) {
	n, err := strconv.ParseInt(id, 10, 32)
	if err != nil || n < 1 {
		return nil, failed(worker.ErrNotFound, call, d.name+" "+id, "there is no deployment of this number")
	}
	return aws.Int32(int32(n)), nil
}

var _ worker.Deployment = (*appConfig)(nil)
