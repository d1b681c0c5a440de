package infra_test

import (
	"fmt"
	"slices"

	"github.com/serinhq/serin/internal/awstest"
)

// What the kinds of canary move, as the judge reads it in the ledger.

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
			rungs := []string{from, from + " with 10% on " + r.version, from + " with 50% on " + r.version, r.version}
			if r.end == endCheckFailed {
				rungs = rungs[:2] // the check stands behind the first weight
			}
			return rungs
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
			for _, pct := range slices.Concat([]int{0}, plan, []int{100}) {
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
