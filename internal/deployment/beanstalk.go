package deployment

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticbeanstalk"
	"github.com/aws/aws-sdk-go-v2/service/elasticbeanstalk/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// An update of an Elastic Beanstalk environment (Elastic Beanstalk developer guide,
// "Deployment policies and settings": traffic splitting).
//
// ID: when the update began, as the environment's events tell: it has no other.
// Points: none. Weight: none that the API tells.
// Stop: AbortEnvironmentUpdate; the environment goes back itself.
// IAM: elasticbeanstalk:DescribeEnvironments and AbortEnvironmentUpdate on the
// environment, DescribeEvents on "*": IAM knows no resource for it.

// BeanstalkAPI is what a guarded environment update calls.
type BeanstalkAPI interface {
	DescribeEnvironments(context.Context, *elasticbeanstalk.DescribeEnvironmentsInput, ...func(*elasticbeanstalk.Options)) (*elasticbeanstalk.DescribeEnvironmentsOutput, error)
	DescribeEvents(context.Context, *elasticbeanstalk.DescribeEventsInput, ...func(*elasticbeanstalk.Options)) (*elasticbeanstalk.DescribeEventsOutput, error)
	AbortEnvironmentUpdate(context.Context, *elasticbeanstalk.AbortEnvironmentUpdateInput, ...func(*elasticbeanstalk.Options)) (*elasticbeanstalk.AbortEnvironmentUpdateOutput, error)
}

// BeanstalkConfig is the file's part.
type BeanstalkConfig struct {
	// Environment is the environment's name.
	Environment string `json:"environment"`
}

// Validate reports all that is wrong.
func (c BeanstalkConfig) Validate() error {
	if !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{2,38}[A-Za-z0-9]$`).MatchString(c.Environment) {
		return errors.New("environment must be an environment's name")
	}
	return nil
}

type beanstalk struct {
	BeanstalkConfig
	api BeanstalkAPI
}

func openBeanstalk(spec statemachine.DeploymentSpec, clients Clients) (worker.Deployment, error) {
	d := &beanstalk{}
	if err := decode(spec, &d.BeanstalkConfig); err != nil {
		return nil, err
	}
	var err error
	d.api, err = client(clients, "elasticbeanstalk", "", func(cfg aws.Config) BeanstalkAPI { return elasticbeanstalk.NewFromConfig(cfg) })
	return d, err
}

// What the environment's events say of an update.
const (
	updateStarts  = "Environment update is starting."
	updateSucceed = "Environment update completed successfully."
)

func (d *beanstalk) environment(ctx context.Context) (*types.EnvironmentDescription, error) {
	const call = "elasticbeanstalk:DescribeEnvironments"
	out, err := d.api.DescribeEnvironments(ctx, &elasticbeanstalk.DescribeEnvironmentsInput{
		EnvironmentNames: []string{d.Environment}, IncludeDeleted: aws.Bool(false),
	})
	switch {
	case err != nil:
		return nil, awserr.Classify(call, d.Environment, err)
	case len(out.Environments) != 1:
		return nil, failed(worker.ErrNotFound, call, d.Environment, "there are %d environments of this name", len(out.Environments))
	}
	return &out.Environments[0], nil
}

// history are the environment's last events, newest first.
func (d *beanstalk) history(ctx context.Context) ([]types.EventDescription, error) {
	out, err := d.api.DescribeEvents(ctx, &elasticbeanstalk.DescribeEventsInput{EnvironmentName: &d.Environment, MaxRecords: aws.Int32(1000)})
	if err != nil {
		return nil, awserr.Classify("elasticbeanstalk:DescribeEvents", d.Environment, err)
	}
	return out.Events, nil
}

// begun is the id of the update that an event began; "" for any other event.
func begun(e types.EventDescription) string {
	if aws.ToString(e.Message) != updateStarts {
		return ""
	}
	return aws.ToTime(e.EventDate).UTC().Format("2006-01-02T15:04:05.000Z")
}

// Find looks at the update that is under way.
func (d *beanstalk) Find(ctx context.Context) ([]worker.FoundDeployment, error) {
	env, err := d.environment(ctx)
	if err != nil || env.Status != types.EnvironmentStatusUpdating {
		return nil, err
	}
	events, err := d.history(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		if id := begun(e); id != "" {
			return []worker.FoundDeployment{{ID: id, CreatedAt: aws.ToTime(e.EventDate), Version: aws.ToString(env.VersionLabel)}}, nil
		}
	}
	return nil, nil
}

// Observe reads what became of the update: what the environment is, while the
// update is its last; and how it ended, by the events that followed.
func (d *beanstalk) Observe(ctx context.Context, id string, steps []statemachine.Step) (look statemachine.DeploymentLook, err error) {
	env, err := d.environment(ctx)
	if err != nil {
		return look, err
	}
	events, err := d.history(ctx)
	if err != nil {
		return look, err
	}
	look.Problems = stepless("environment "+d.Environment, steps)
	after, last, ok := since(events, id)
	switch {
	case !ok:
		return look, failed(worker.ErrNotFound, "elasticbeanstalk:DescribeEvents", d.Environment, "no update began at %s", id)
	case last && env.Status == types.EnvironmentStatusUpdating:
		look.Status = statemachine.DeploymentRunning
	case last && env.Status == types.EnvironmentStatusAborting:
		look.Status, look.Text = statemachine.DeploymentStopping, "Aborting"
	default:
		look.Status, look.Text = beanstalkEnd(after)
	}
	return look, nil
}

// since are the events after an update's begin and before the next one's; last:
// there is no next one.
func since(events []types.EventDescription, id string) (after []types.EventDescription, last, ok bool) {
	last = true
	for _, e := range events { // newest first
		switch begun(e) {
		case id:
			return after, last, true
		case "":
			after = append(after, e)
		default:
			after, last = nil, false
		}
	}
	return nil, false, false
}

// beanstalkEnd is how an update ended.
func beanstalkEnd(after []types.EventDescription) (statemachine.DeploymentStatus, string) {
	aborted := false
	for _, e := range after {
		text := aws.ToString(e.Message)
		if text == updateSucceed {
			return statemachine.DeploymentSucceeded, ""
		}
		aborted = aborted || strings.Contains(text, "abort")
	}
	if aborted {
		return statemachine.DeploymentStopped, "the update was aborted"
	}
	return statemachine.DeploymentFailed, "the update failed"
}

// Continue has nothing to end: it waits nowhere.
func (d *beanstalk) Continue(_ context.Context, id, key string) error {
	return failed(worker.ErrInvalid, "elasticbeanstalk:DescribeEvents", d.Environment+" "+id, "there is no wait %q", key)
}

// Stop aborts the update if it is the one under way. What can't be aborted answers
// InvalidParameterValue, and so it is read.
func (d *beanstalk) Stop(ctx context.Context, id string) error {
	look, err := d.Observe(ctx, id, nil)
	if err != nil || look.Status != statemachine.DeploymentRunning {
		return err
	}
	_, err = d.api.AbortEnvironmentUpdate(ctx, &elasticbeanstalk.AbortEnvironmentUpdateInput{EnvironmentName: &d.Environment})
	if err == nil {
		return nil
	}
	if now, readErr := d.Observe(ctx, id, nil); readErr == nil && now.Status != statemachine.DeploymentRunning {
		return nil
	}
	return awserr.Classify("elasticbeanstalk:AbortEnvironmentUpdate", d.Environment, err)
}

var _ worker.Deployment = (*beanstalk)(nil)
