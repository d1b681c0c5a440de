package infra_test

import (
	"fmt"
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	pipelinetypes "github.com/aws/aws-sdk-go-v2/service/codepipeline/types"

	"github.com/serinhq/serin/internal/awstest"
)

// on is the stage as a trial sees it: under the trial's name.
func (x *torment) on(t *trial) *stage {
	s := *x.stage
	s.name = t.name
	return &s
}

// tag names what a round releases where the pipeline says which version it is.
func (r *round) tag() string { return fmt.Sprintf("v%d", r.n+2) }

// publishes is what the pipeline does for a function.
func (x *torment) publishes(r *round) map[string]string {
	r.version = x.on(r.trial).publish(fmt.Sprint(r.n))
	return map[string]string{"FunctionVersion": r.version}
}

// gateOpens has the pipeline deploy and runs it to its gate.
func (x *torment) gateOpens(r *round) {
	s := x.on(r.trial)
	deployed := map[string]string{}
	for _, put := range r.puts {
		maps.Copy(deployed, put(r))
	}
	execution, events := s.openGateWith(map[string]map[string]string{
		"Source": {"CommitId": fmt.Sprintf("%s-%d", r.name, r.n)}, "Deploy": deployed,
	})
	r.key, r.begun = execution, true
	for i, event := range events {
		if i == len(events)-1 {
			r.opened = event
			x.chaos(r.trial, event)
		} else {
			x.rumour(r.trial, event)
		}
	}
}

// personStarts has the command line begin a release by hand, until there is one.
func (x *torment) personStarts(r *round) {
	if r.version == "" {
		r.version = x.on(r.trial).publish(fmt.Sprint(r.n))
	}
	if r.begun = x.started(r.name) > r.n; !r.begun {
		x.verb(r, "start", r.name, "--version", r.version)
	}
}

// personReverts has the command line revert the release before, until that has begun.
func (x *torment) personReverts(r *round) {
	r.version = r.before
	if r.begun = x.started(r.name) > r.n; !r.begun {
		x.verb(r, "revert", r.name)
	}
}

// group makes a deployment group, named as the stage.
func (s *stage) group(platform types.ComputePlatform) {
	s.t.Helper()
	group := types.DeploymentGroupInfo{
		ApplicationName: &s.name, DeploymentGroupName: aws.String(deployGroup),
		ServiceRoleArn:       aws.String("arn:aws:iam::" + awstest.Account + ":role/deploy"),
		DeploymentConfigName: aws.String("CodeDeployDefault.LambdaCanary10Percent5Minutes"),
	}
	if platform == types.ComputePlatformEcs {
		group.DeploymentConfigName = aws.String("CodeDeployDefault.ECSCanary10Percent5Minutes")
		group.BlueGreenDeploymentConfiguration = &types.BlueGreenDeploymentConfiguration{
			DeploymentReadyOption: &types.DeploymentReadyOption{
				ActionOnTimeout: types.DeploymentReadyActionStopDeployment, WaitTimeInMinutes: 60,
			},
			TerminateBlueInstancesOnDeploymentSuccess: &types.BlueInstanceTerminationOption{
				Action: types.InstanceActionTerminate, TerminationWaitTimeInMinutes: 30,
			},
		}
	}
	if err := s.deployments.CreateApplication(s.name, platform); err != nil {
		s.t.Fatal(err)
	}
	if err := s.deployments.CreateDeploymentGroup(group); err != nil {
		s.t.Fatal(err)
	}
}

// deploymentStarts begins a deployment as soon as the one before is over.
func (x *torment) deploymentStarts(r *round) {
	options := awstest.DeploymentOptions{}
	if !r.asks {
		options = awstest.DeploymentOptions{Function: r.name, Alias: "live", CurrentVersion: "1", TargetVersion: "2"}
	}
	id, events, err := x.deployments.StartDeployment(r.name, deployGroup, options)
	if err != nil {
		return // one is under way
	}
	r.key, r.begun, r.opened = id, true, last(events)
	x.chaos(r.trial, events...)
	if r.asks {
		x.advance(r, awstest.PointReady)
	}
}

// deploymentGoes takes a deployment on, as AWS does by itself once it was told to.
func (x *torment) deploymentGoes(r *round) {
	asked := x.asked[r.key]
	switch {
	case !r.asks && !x.phases[r.name]["shifting"]:
		// Nobody guards what nobody has seen: it does not go on before there is a release that watches.
	case !r.asks:
		x.advance(r, awstest.PointShifting)
		if r.end == endByItself {
			x.advance(r, awstest.PointEnd)
		}
	case asked[stopped]:
	case asked[continueEnd]:
		x.advance(r, awstest.PointEnd)
	case asked[continueReady] && r.end == endByItself:
		x.advance(r, awstest.PointShifted)
	case asked[continueReady]:
		x.advance(r, awstest.PointShifting)
	}
}

// advance takes a round's deployment to a point, unless it is past it or waits.
func (x *torment) advance(r *round, point awstest.DeploymentPoint) {
	if x.points[r.id()] >= point {
		return
	}
	events, err := x.deployments.AdvanceTo(r.key, point)
	if err != nil {
		return // it is being stopped, or what it was told shows only at its next reading
	}
	x.points[r.id()] = point
	x.chaos(r.trial, events...)
}

// personAnswers answers a round's gate in the console.
func (x *torment) personAnswers(r *round, status pipelinetypes.ApprovalStatus) {
	r.answered = true
	events, err := x.pipelines.PersonAnswers(r.name, r.key, status, "ann")
	if err != nil {
		return // a worker was first
	}
	x.chaos(r.trial, events...)
}
