package eventbus

import (
	"strings"
	"time"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// detail is an event's detail: an interface, like the table and the command
// line's JSON, whose names it shares. What is unknown is null, never left out.
type detail struct {
	// ID is release/seq: a repeat has it again.
	ID      string `json:"id"`
	Entry   entry  `json:"entry"`
	Release head   `json:"release"`
}

// entry is the line of history that is announced.
type entry struct {
	Seq    int64   `json:"seq"`
	At     string  `json:"at"`
	From   *string `json:"from"`
	To     string  `json:"to"`
	Step   int     `json:"step"`
	Weight float64 `json:"weight"`
	Code   string  `json:"code"`
	Text   string  `json:"text"`
	Cause  cause   `json:"cause"`
	Actor  *string `json:"actor"`
}

type cause struct {
	Kind string  `json:"kind"`
	ID   *string `json:"id"`
}

// head is the release as it is when the entry is sent: later than the entry when
// it is sent again.
type head struct {
	ID           string    `json:"id"`
	Canary       string    `json:"canary"`
	Kind         string    `json:"kind"`
	Phase        string    `json:"phase"`
	Step         int       `json:"step"`
	Steps        int       `json:"steps"`
	Weight       float64   `json:"weight"`
	Rev          int64     `json:"rev"`
	Version      string    `json:"version"`
	FromVersion  *string   `json:"fromVersion"`
	Attention    *string   `json:"attention"`
	Trigger      trigger   `json:"trigger"`
	RestorePoint []restore `json:"restorePoint"`
}

// trigger is what started the release: pipeline and pipeline/execution,
// codedeploy and application/group/deployment, manual and canary/command.
type trigger struct {
	Kind string `json:"kind"`
	Key  string `json:"key"`
}

// restore is what a target showed before the first write.
type restore struct {
	Kind   string  `json:"kind"`
	Name   string  `json:"name"`
	Stable string  `json:"stable"`
	Weight float64 `json:"weight"`
}

func detailOf(a worker.Announcement) detail {
	e, r := a.Entry, a.Release
	d := detail{
		ID: a.ID,
		Entry: entry{
			Seq: e.Seq, At: stamp(e.At), To: e.To.String(), Step: e.Step, Weight: e.WeightPct, Code: string(e.Code), Text: e.Text,
			Cause: cause{Kind: e.Cause.Kind.String(), ID: orNull(e.Cause.ID)}, Actor: orNull(e.Actor),
		},
		Release: head{
			ID: r.ID, Canary: r.Canary, Kind: r.Kind.String(), Phase: r.Phase.String(), Step: r.Step, Steps: len(r.Plan.Steps),
			Weight: r.WeightPct(), Rev: r.Rev, Version: r.Version, FromVersion: orNull(r.FromVersion),
			Trigger: triggerOf(r.Trigger), RestorePoint: restorePoint(r),
		},
	}
	if e.From != 0 {
		d.Entry.From = orNull(e.From.String())
	}
	attention, _ := r.Attention()
	d.Release.Attention = orNull(attention)
	return d
}

// triggerOf words what makes a trigger unique. A pipeline's execution is what
// people look for; which run of its gate it was is not told.
func triggerOf(t statemachine.Trigger) trigger {
	kind, key, _ := strings.Cut(t.Source, "#")
	if t.Kind != statemachine.TriggerPipeline {
		key += "/" + t.Key
	}
	return trigger{kind, key}
}

func restorePoint(r statemachine.Release) []restore {
	point := []restore{}
	for i, target := range r.Targets {
		if target.Restore == nil || i >= len(r.Plan.Targets) {
			continue
		}
		point = append(point, restore{
			Kind: r.Plan.Targets[i].Kind, Name: target.Name, Stable: target.Restore.Stable, Weight: target.Restore.WeightPct,
		})
	}
	return point
}

// stamp is a time as the table keeps it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
