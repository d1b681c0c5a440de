package infra_test

import (
	"encoding/json"
	"math/rand/v2"
	"time"
)

// How events come in a storm.
const (
	// tortureLost is the part of the events of which no copy comes, rumourLost that of those that concern no release.
	tortureLost, rumourLost = 0.06, 0.6
	// mostCopies is how often an event comes at most, and latest how late its last copy may.
	mostCopies = 4
	latest     = 6 * time.Second
)

// chaos has events of a trial happen: each comes one to four times, at any time, among all others, or not at all.
func (x *torment) chaos(t *trial, events ...json.RawMessage) {
	x.post("events of "+t.name, tortureLost, events)
}

// rumour has events happen that concern no release.
func (x *torment) rumour(t *trial, events ...json.RawMessage) {
	x.post("rumours of "+t.name, rumourLost, events)
}

// post sends the copies of events. What becomes of the n-th of a kind is by the seed, whatever happens to others meanwhile.
func (x *torment) post(kind string, lost float64, events []json.RawMessage) {
	x.tally.mu.Lock()
	defer x.tally.mu.Unlock()
	if x.fates[kind] == nil {
		x.fates[kind] = seeded(x.seed, kind)
	}
	for _, e := range events {
		waits := drawCopies(x.fates[kind], lost)
		if !x.tally.storm {
			waits = []time.Duration{0}
		} else {
			x.tally.events++
			x.tally.copies += len(waits)
			if len(waits) == 0 {
				x.tally.lost++
			}
		}
		for _, wait := range waits {
			x.posting.Add(1)
			time.AfterFunc(wait, func() {
				defer x.posting.Done()
				if err := x.Send(x.outputs["QueueUrl"], string(e)); err != nil {
					x.failf("an event: %v", err)
				}
			})
		}
	}
}

// drawCopies draws how late each copy of an event comes; none does of one that is lost. It draws as often whatever comes
// out, so that the next event's fate is the same.
func drawCopies(dice *rand.Rand, lost float64) []time.Duration {
	waits := make([]time.Duration, mostCopies)
	for i := range waits {
		waits[i] = drawTime(dice, latest)
	}
	copies := 1 + dice.IntN(mostCopies)
	if dice.Float64() < lost {
		copies = 0
	}
	return waits[:copies]
}

// poison are messages that nobody can read: they come back until they are dead letters.
func poison() []string {
	return []string{
		"this is no event",
		`{"version":"0","id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","source":"aws.codepipeline","detail-type":"CodePipeline Action Execution State Change"}`,
	}
}
