package infra_test

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"github.com/serinhq/serin/internal/awstest"
)

// tortureKinds are the kinds of canary that are tortured. One more is one more line and its function.
func tortureKinds() []tortureKind {
	return []tortureKind{
		{"lambda", 5, lambdaTrial},
		{"lambda, by hand", 3, handTrial},
		{"alb", 3, albTrial},
		{"lambda and alb in lock-step", 3, pairTrial},
		{"lambda, alb and staticsite in lock-step", 2, trioTrial},
		{"lambda, checked", 2, checkedTrial},
		{"apigateway", 2, restTrial},
		{"httpapi", 2, httpTrial},
		{"cloudfront", 2, edgeTrial},
		{"staticsite", 2, siteTrial},
		{"lattice", 2, meshTrial},
		{"route53", 2, domainTrial},
		{"ecstaskset", 2, fleetTrial},
		{"ecs", 2, serviceTrial},
		{"appconfig", 1, watchTrial((*torment).configWatch)},
		{"beanstalk", 1, watchTrial((*torment).shopWatch)},
		{"cloudformation", 1, watchTrial((*torment).stackWatch)},
		{"codedeploy, ECS", 2, ecsTrial},
		{"codedeploy, Lambda", 2, functionTrial},
	}
}

const (
	lambdaTarget  = `  - lambda: {function: NAME, alias: live, version: "#{Deploy.FunctionVersion}"}` + "\n"
	gateTrigger   = "{pipeline: {name: NAME, stage: Canary, action: Gate}}"
	functionARN   = "arn:aws:lambda:" + awstest.Region + ":" + awstest.Account + ":function:"
	deployGroup   = "prod"
	greenNothing  = "0% on green"
	continueReady = "continue READY_WAIT"
	continueEnd   = "continue TERMINATION_WAIT"
	stopped       = "stop"
)

// forwardEndings are those of a release with targets, gateEndings those that its gate adds.
func forwardEndings() []ending {
	return []ending{endByItself, endPromoted, endAlarm, endVisit, endRolledBack, endDenied}
}

func gateEndings() []ending {
	return append(forwardEndings(), endApproved, endGateRejected, endApprovedAndAlarm)
}

func lambdaTrial(x *torment, t *trial) {
	x.on(t).function(t.name)
	x.on(t).pipeline(t.name)
	t.movers, t.endings, t.reverts = []mover{aliasMover(t.name)}, gateEndings(), true
	t.file = t.movingFile(gateTrigger, lambdaTarget)
	t.begin, t.puts = x.gateOpens, []func(*round) map[string]string{x.publishes}
}

// handTrial is started with the command line.
func handTrial(x *torment, t *trial) {
	x.on(t).function(t.name)
	t.movers, t.endings, t.reverts = []mover{aliasMover(t.name)}, forwardEndings(), true
	t.file = t.movingFile("{manual: {}}", strings.Replace(lambdaTarget, "#{Deploy.FunctionVersion}", "latest", 1))
	t.begin = x.personStarts
}

func albTrial(x *torment, t *trial) {
	b := x.on(t).balancer()
	x.on(t).pipeline(t.name, deployHere())
	t.movers, t.endings = []mover{ruleMover(b)}, gateEndings()
	t.file = t.movingFile(gateTrigger, b.target())
	t.begin = x.gateOpens
}

func pairTrial(x *torment, t *trial) {
	x.on(t).function(t.name)
	b := x.on(t).balancer()
	x.on(t).pipeline(t.name, deployHere())
	t.movers, t.endings = []mover{aliasMover(t.name), ruleMover(b)}, gateEndings()
	t.file = t.movingFile(gateTrigger, lambdaTarget+b.target())
	t.begin, t.puts = x.gateOpens, []func(*round) map[string]string{x.publishes}
}

func ecsTrial(x *torment, t *trial) {
	t.asks = true
	x.guards(t, types.ComputePlatformEcs, guardFile, continueReady, continueEnd)
}

func functionTrial(x *torment, t *trial) {
	t.asks = false
	x.guards(t, types.ComputePlatformLambda, strings.SplitAfter(guardFile, "prod}}\n")[0]+"alarms: [NAME]\n")
}

// guards makes a trial of a deployment group, whose deployments are asked for these things on their way.
func (x *torment) guards(t *trial, platform types.ComputePlatform, file string, asks ...string) {
	x.on(t).group(platform)
	t.endings = guardEndings()
	t.file = strings.ReplaceAll(file, "NAME", t.name)
	t.movers = []mover{guardMover(t.name, asks...)}
	t.begin, t.drive, t.approves = x.deploymentStarts, x.deploymentGoes, continueReady
	t.weighs = func(r *round) float64 {
		weight, err := x.deployments.WeightPct(r.key)
		if err != nil {
			return -1
		}
		return weight
	}
}
