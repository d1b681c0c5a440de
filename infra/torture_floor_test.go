package infra_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"
)

// What a storm must have had at least, so that zeros tell something.
const (
	// mostCalm is how much time may go by for each kill.
	mostCalm = 10 * time.Second
	// offRate is how far the part of the calls that were hit may be from the part that was to be, in percentage points.
	offRate = 2.0
	// fewestEnded is the part of the releases that must have ended in a storm as long as a proof must be; before firstEnds
	// none must, since a release takes about as long where nearly every second call goes wrong.
	fewestEnded = 1.0 / 3
	firstEnds   = time.Minute
)

// faultRates are the parts of the workers' calls that are to be throttled, to fail and to lose their answers, in percent.
func faultRates() map[string]float64 {
	return map[string]float64{"throttle": 30, "error": 10, "lost": 5}
}

// tooMild says in what a storm of a length over so many releases was less than it must be.
func (n *tortureTally) tooMild(length time.Duration, releases int) (why []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if least := int(length / mostCalm); n.kills < least {
		why = append(why, fmt.Sprintf("%d workers were killed, fewer than %d", n.kills, least))
	}
	for _, service := range []string{"dynamodb", "sqs"} {
		whole := func(o outage) bool { return o.service == service && o.lasted >= outageOf(length) }
		if !slices.ContainsFunc(n.outages, whole) || n.away[service] == 0 {
			why = append(why, fmt.Sprintf("%s was not away for %s (%v), or nobody called it (%d)", service, outageOf(length), n.outages, n.away[service]))
		}
	}
	for fault, want := range faultRates() {
		if got := n.ratePct(fault); got < want-offRate || got > want+offRate {
			why = append(why, fmt.Sprintf("%.1f %% of the calls were hit by %q, must be %g %%", got, fault, want))
		}
	}
	if least := leastEnded(length, releases); n.ended < least {
		why = append(why, fmt.Sprintf("%d of %d releases ended in it, fewer than %d", n.ended, releases, least))
	}
	if n.lost == 0 || n.copies <= n.events {
		why = append(why, fmt.Sprintf("of %d events %d were lost and %d copies came", n.events, n.lost, n.copies))
	}
	return why
}

// leastEnded is how many releases must have ended in a storm of a length.
func leastEnded(length time.Duration, releases int) int {
	grown := float64(length-firstEnds) / float64(provenLength-firstEnds)
	return int(math.Ceil(float64(releases) * fewestEnded * min(1, max(0, grown))))
}

// ratePct is the part of the calls that a fault hit, of those to services that were there, in percent.
func (n *tortureTally) ratePct(fault string) float64 {
	return 100 * float64(n.faults[fault]) / float64(max(1, n.calls-n.away["dynamodb"]-n.away["sqs"]))
}

// roaring is the tally of a storm that is just enough.
func roaring() *tortureTally {
	return &tortureTally{
		kills: 18, calls: 1100, faults: map[string]int{"throttle": 280, "error": 80, "lost": 70}, away: map[string]int{"dynamodb": 50, "sqs": 50},
		outages: []outage{{"dynamodb", 20 * time.Second}, {"sqs", 20 * time.Second}}, ended: 67, events: 10, copies: 20, lost: 1,
	}
}

func TestTortureFloor_growsWithTheStormUpToAProofs(t *testing.T) {
	for length, want := range map[time.Duration]int{time.Minute: 0, 90 * time.Second: 17, provenLength: 67, time.Hour: 67} {
		if got := leastEnded(length, provenReleases); got != want {
			t.Errorf("%d must end in %s, want %d", got, length, want)
		}
	}
}

func TestTortureFloor_refusesAStormThatWasTooMild(t *testing.T) {
	if why := roaring().tooMild(provenLength, provenReleases); why != nil {
		t.Errorf("one that is enough is refused: %q", why)
	}
	for name, calm := range map[string]func(*tortureTally){
		"few kills":               func(n *tortureTally) { n.kills-- },
		"one outage":              func(n *tortureTally) { n.outages = n.outages[:1] },
		"a short outage":          func(n *tortureTally) { n.outages[0].lasted -= time.Second },
		"an outage nobody saw":    func(n *tortureTally) { n.calls, n.away["sqs"] = n.calls-50, 0 },
		"few throttled":           func(n *tortureTally) { n.faults["throttle"]-- },
		"many throttled":          func(n *tortureTally) { n.faults["throttle"] = 321 },
		"few failed":              func(n *tortureTally) { n.faults["error"]-- },
		"many failed":             func(n *tortureTally) { n.faults["error"] = 121 },
		"few lost answers":        func(n *tortureTally) { n.faults["lost"] = 29 },
		"many lost answers":       func(n *tortureTally) { n.faults["lost"]++ },
		"few ended":               func(n *tortureTally) { n.ended-- },
		"no event lost":           func(n *tortureTally) { n.lost = 0 },
		"no event more than once": func(n *tortureTally) { n.copies = n.events },
	} {
		n := roaring()
		calm(n)
		if why := n.tooMild(provenLength, provenReleases); len(why) != 1 {
			t.Errorf("%s: refused for %q, want one reason", name, why)
		}
	}
}
