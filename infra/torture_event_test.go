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

// chaos has events happen: each comes one to four times, at any time, among all others, or not at all.
func (x *torment) chaos(events ...json.RawMessage) { x.post(tortureLost, events) }

// rumour has events happen that concern no release.
func (x *torment) rumour(events ...json.RawMessage) { x.post(rumourLost, events) }

func (x *torment) post(lost float64, events []json.RawMessage) {
	x.tally.mu.Lock()
	defer x.tally.mu.Unlock()
	for _, e := range events {
		copies, spread := 1, time.Duration(1)
		if x.tally.storm {
			copies, spread = 1+rand.IntN(mostCopies), latest
			if rand.Float64() < lost {
				copies = 0
				x.tally.lost++
			}
			x.tally.events++
			x.tally.copies += copies
		}
		for range copies {
			wait := rand.N(spread)
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

// poison are messages that nobody can read: they come back until they are dead letters.
func poison() []string {
	return []string{
		"this is no event",
		`{"version":"0","id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","source":"aws.codepipeline","detail-type":"CodePipeline Action Execution State Change"}`,
	}
}
