package infra_test

import (
	"fmt"
	"strings"

	"github.com/serinhq/serin/internal/awstest"
)

// The kinds of canary whose two sides swap their roles, beside a rule of a load balancer.

// meshTrial is a VPC Lattice rule, or a listener's default action.
func meshTrial(x *torment, t *trial) {
	m := x.on(t).mesh(t.name, x.dice.IntN(2) == 0)
	x.shown10And50(t, m.target(), meshMover(m))
}

func meshMover(m mesh) mover {
	return swapMover(m.arn, func(c awstest.Change) (blue, green int) {
		blue, green = -1, -1
		for _, share := range c.State.(awstest.LatticeState).Groups {
			switch share.Group {
			case m.blue:
				blue = share.Weight
			case m.green:
				green = share.Weight
			}
		}
		return blue, green
	}, 10, 50)
}

// domainTrial is a pair of weighted records. A bake takes a minute more there, for what Route 53 and resolvers keep, so none
// is waited for: there is one weight, and each release ends by what happens to it.
func domainTrial(x *torment, t *trial) {
	t.rough, t.asks, t.steps = true, false, 1
	d := x.on(t).domain()
	x.shown10And50(t, d.target(), domainMover(d))
	t.file = strings.NewReplacer("  - {weight: 50, bake: 1h}\n", "", "{weight: 10, bake: 1s}", "{weight: 10, bake: 1h}").Replace(t.file)
}

func domainMover(d domain) mover {
	m := swapMover("arn:aws:route53:::hostedzone/"+d.zone, func(c awstest.Change) (blue, green int) {
		blue, green = -1, -1
		for _, r := range c.State.(awstest.RecordSetState).Records {
			switch r.SetIdentifier {
			case "blue":
				blue = int(*r.Weight)
			case "green":
				green = int(*r.Weight)
			}
		}
		return blue, green
	}, 10)
	m.fenced = true
	pair := m.shows
	m.shows = func(c awstest.Change) string {
		if state := c.State.(awstest.RecordSetState); strings.TrimSuffix(state.Name, ".") != d.name {
			return "" // another name of the zone
		}
		return pair(c)
	}
	return m
}

// fleetTrial is a service's two task sets: the rule has the traffic, and the idle one grows and becomes the primary one.
func fleetTrial(x *torment, t *trial) {
	f := x.on(t).fleet()
	x.shown10And50(t, f.target(x.on(t)), ruleMover(f.balancer), setMover(x.setARN(f)))
}

// setARN is the idle task set's.
func (x *torment) setARN(f fleet) string {
	for _, c := range x.Changes() {
		if set, ok := c.State.(awstest.TaskSetState); ok && set.Service == f.service && set.TaskSet == f.idle {
			return c.Resource
		}
	}
	panic(fmt.Sprintf("%s has no task set %s", f.service, f.idle))
}

// setMover reads the role and the scale of the task set that was idle first. The one that was the primary keeps its scale.
func setMover(arn string) mover {
	const idle, grown, primary = "ACTIVE 0%", "ACTIVE 100%", "PRIMARY 100%"
	return mover{
		resource: arn, aside: true,
		shows: func(c awstest.Change) string {
			set := c.State.(awstest.TaskSetState)
			return fmt.Sprintf("%s %g%%", set.Status, set.ScalePct)
		},
		ladder: func(from string, _ *round) []string {
			switch from {
			case idle:
				return []string{idle, "ACTIVE 10%", "ACTIVE 50%", grown, primary}
			case grown:
				return []string{grown, primary}
			}
			return []string{primary, grown}
		},
		back: func(from string) string { return from },
	}
}
