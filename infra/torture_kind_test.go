package infra_test

import (
	"fmt"
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
		{"apigateway", 2, restTrial},
		{"httpapi", 2, httpTrial},
		{"cloudfront", 2, edgeTrial},
		{"staticsite", 2, siteTrial},
		{"lattice", 2, meshTrial},
		{"route53", 2, domainTrial},
		{"ecstaskset", 2, fleetTrial},
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
	t.endings = []ending{endByItself, endAlarm, endVisit, endRolledBack, endDenied}
	t.file = strings.ReplaceAll(file, "NAME", t.name)
	t.movers = []mover{guardMover(t.name, asks...)}
	t.begin, t.drive = x.deploymentStarts, x.deploymentGoes
}

// guardMover reads what the deployments of a group were asked for.
func guardMover(application string, asks ...string) mover {
	return mover{
		resource: "arn:aws:codedeploy:" + awstest.Region + ":" + awstest.Account + ":deploymentgroup:" + application + "/" + deployGroup,
		shows: func(c awstest.Change) string {
			if c.Kind == "deployment-stop" {
				return stopped
			}
			return "continue " + string(c.State.(awstest.DeploymentState).Wait)
		},
		ladder: func(string, *round) []string { return append([]string{""}, asks...) },
		back:   func(string) string { return stopped },
	}
}

// aliasMover reads a function's alias.
func aliasMover(function string) mover {
	return mover{
		resource: functionARN + function + ":live", fenced: true,
		shows: func(c awstest.Change) string { return aliasShows(c.State.(awstest.AliasState)) },
		ladder: func(from string, r *round) []string {
			if r.end == endReverted {
				return []string{from, r.version}
			}
			return []string{from, from + " with 10% on " + r.version, from + " with 50% on " + r.version, r.version}
		},
		back: func(from string) string { return from },
	}
}

// ruleMover reads a rule.
func ruleMover(b balancer) mover {
	return swapMover(b.rule, func(c awstest.Change) (blue, green int) {
		state := c.State.(awstest.RuleState)
		return groupWeight(state, b.blue), groupWeight(state, b.green)
	}, 10, 50)
}

// swapMover reads a pair that swap their roles with every promotion, by their weights, -1 for one that is not there. The
// plan has these weights.
func swapMover(resource string, weights func(awstest.Change) (blue, green int), plan ...int) mover {
	onGreen := func(pct int) string { return fmt.Sprintf("%d%% on green", pct) }
	return mover{
		resource: resource,
		shows: func(c awstest.Change) string {
			blue, green := weights(c)
			if blue < 0 || green < 0 || blue+green == 0 {
				return "nothing"
			}
			return fmt.Sprintf("%.4g%% on green", 100*float64(green)/float64(blue+green))
		},
		ladder: func(from string, _ *round) []string {
			var rungs []string
			for _, pct := range append(append([]int{0}, plan...), 100) {
				if from != greenNothing {
					pct = 100 - pct
				}
				rungs = append(rungs, onGreen(pct))
			}
			return rungs
		},
		back: func(from string) string { return from },
	}
}
