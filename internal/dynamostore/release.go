package dynamostore

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/serinhq/serin/statemachine"
)

const (
	// releaseKept is how long a settled release stays in the table.
	releaseKept = 90 * 24 * time.Hour
	// entryKept is how long a history entry and a trigger stay: counted from their
	// own writing, hence the week that lets them outlive their release.
	entryKept = releaseKept + 7*24*time.Hour
)

// head is everything of a release's item that follows from the release alone;
// doc is the whole of it.
func head(r statemachine.Release, doc string) attributes {
	a := make(attributes, 0, 40) // all that follow, and a save's own
	a.text(attrDoc, doc)
	a.text("release", r.ID)
	a.text("canary", r.Canary)
	a.text("kind", r.Kind.String())
	a.text(attrPhase, r.Phase.String())
	a.text("version", r.Version)
	a.text("from_version", r.FromVersion)
	a.number("schema", int64(r.Schema))
	a.number(attrRev, r.Rev)
	a.number("step", int64(r.Step))
	a.number("steps", int64(len(r.Plan.Steps)))
	a.set("weight", share(r.WeightPct()))
	a.set("targets", targets(r))
	a.origin(r)
	a.times(r)
	return a
}

// origin says where the release came from, in words that operators search by.
func (a *attributes) origin(r statemachine.Release) {
	pipeline := r.Plan.Trigger.Pipeline
	if r.Gate != nil {
		pipeline = r.Gate.Pipeline
	}
	a.text("pipeline", pipeline)
	a.text("execution", r.Trigger.Execution)
	deployment := ""
	if r.Deployment != nil {
		deployment = r.Deployment.ID
	}
	a.text("deployment", deployment)
}

// times sets the plain times and with them the sparse indexes. A running
// release without a wake stands at the very front of by-wake, where the sweep
// finds it at once, rather than nowhere. A settled one stays in the index, apart
// from those that run, until its end is announced.
func (a *attributes) times(r statemachine.Release) {
	a.at(attrStartedAt, r.StartedAt)
	a.at(attrUpdatedAt, r.UpdatedAt)
	a.at("finished_at", r.FinishedAt)
	a.at(attrSettledAt, r.SettledAt)
	shard, wake := wakeShard, r.WakeAt
	if !r.Running() {
		shard, wake = toldShard, r.SettledAt
	}
	a.text(attrWakeShard, shard)
	a.text(attrWakeAt, stamp(wake))
	attention, since := r.Attention()
	a.text(attrAttention, attention)
	a.at(attrAttentionSince, since)
}

// targets is what people want to see of them; the whole is in doc.
func targets(r statemachine.Release) types.AttributeValue {
	if len(r.Targets) == 0 {
		return nil
	}
	list := make([]types.AttributeValue, 0, len(r.Targets))
	for i, t := range r.Targets {
		a := make(attributes, 0, 7)
		a.text("name", t.Name)
		a.text("canary", t.Canary)
		if i < len(r.Plan.Targets) {
			a.text("kind", r.Plan.Targets[i].Kind)
		}
		a.split("restore", t.Restore)
		a.split("want", t.Want)
		a.split("seen", t.Seen)
		a.at("seen_at", t.SeenAt)
		list = append(list, &types.AttributeValueMemberM{Value: a.present()})
	}
	return &types.AttributeValueMemberL{Value: list}
}

func (a *attributes) split(name string, s *statemachine.Split) {
	if s != nil {
		a.text(name, s.String())
	}
}
