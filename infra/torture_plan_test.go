package infra_test

import (
	"fmt"
	"strings"

	"github.com/serinhq/serin/internal/awstest"
)

// mover is something whose moves the ledger tells.
type mover struct {
	resource string
	// beside are other resources that have a part in what it shows; whole then makes one state of the latest of each,
	// resource's first.
	beside []string
	whole  func(states []any) any
	// aside: how far a release has come is told by another.
	aside bool
	// fenced: its writes carry a token that the next write makes void.
	fenced bool
	// shows is what a change of the resource left, in words that ladder uses too; empty if it is none of the mover's.
	shows func(awstest.Change) string
	// ladder is what it shows in a round that begins at from, from the first to the last; back is what it shows once it is
	// taken back.
	ladder func(from string, r *round) []string
	back   func(from string) string
}

// round is one release that a trial wants.
type round struct {
	*trial
	n   int
	end ending
	// at is how many steps of the ladder are shown when what is to happen happens.
	at int
	// version is what is released.
	version string
	// before is what was shown before the round before this one.
	before string
	// key is the execution or the deployment that triggers it; empty for one by hand, and where only AWS knows it.
	key string
	// opened and alarm are the events that must have been heard before they are deleted; nil if there was none.
	opened, alarm []byte

	tried, begun, answered, alarmed, busy bool
}

// trial is a canary under torture with the rounds it goes through, one after the other.
type trial struct {
	name, kind string
	// rough: the last bake is long, and each release ends by what happens to it. Else each is promoted.
	rough bool
	// asks: a person is asked after the first weight.
	asks   bool
	rounds []*round
	movers []mover

	file string
	// steps is how many weights the plan has before the release is promoted; 0 means two.
	steps int
	// puts are what the pipeline deploys in a round before its gate opens, each with its output variables.
	puts []func(r *round) map[string]string
	// apart: a round begins when the one before has settled.
	apart bool
	// endings are those that this kind of trial knows; reverts: what it promoted can be reverted.
	endings []ending
	reverts bool
	// begin starts a round; nil when its trigger is a person. drive does what else a round needs from its world.
	begin func(r *round)
	drive func(r *round)
	// tends does what else the world has to, at any time in a round.
	tends func(r *round)
	// approves is what a guarded deployment is asked once a person has approved, weighs the traffic that a round's new version
	// really has, in percent.
	approves string
	weighs   func(r *round) float64
}

// id names a round.
func (r *round) id() string { return fmt.Sprintf("%s/%d", r.name, r.n) }

// tortureKind makes trials of a kind.
type tortureKind struct {
	name string
	// share of all trials, beside the other kinds' shares.
	share int
	make  func(x *torment, t *trial)
}

// mostRounds is how many releases a trial has at most.
const mostRounds = 3

// movingFile is the file of a canary that moves targets by itself.
func (t *trial) movingFile(trigger, targets string) string {
	asks, bake := "", "1s"
	if t.asks {
		asks = "  - {approval: {timeout: 2h}}\n"
	}
	if t.rough {
		bake = "1h"
	}
	return strings.ReplaceAll("schema: 1\nname: NAME\ntrigger: "+trigger+"\ntargets:\n"+targets+"steps:\n  - {weight: 10, bake: 1s}\n"+asks+
		"  - {weight: 50, bake: "+bake+"}\nalarms: [NAME]\ndeadline: 6h\n", "NAME", t.name)
}
