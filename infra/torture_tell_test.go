package infra_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/serinhq/serin/internal/proof"
)

// What a run must have to be a proof.
const (
	provenReleases = 200
	provenLength   = 3 * time.Minute
)

// judgeReads says what evidence and the movers take from where.
const judgeReads = `
The judge reads the stand-ins' ledger of what was applied, and of the answers they refused because the opposite had been
accepted; the table; when the table took the save that records a failure; the bodies in the dead-letter queue, and how
many messages the two others still hold. Of a deployment that AWS moves it asks the stand-in how much of the traffic the
new version has in the end, and of a REST API what each of its deployments was made of. Which releases had to be, and how
each had to end, it knows from the plan that the seed drew, and from who pulled the triggers: with which keys, versions
and events.
`

// tell prints what was done and counted, and writes it into the proof when nothing failed and the run is as long as a proof
// must be.
func (x *torment) tell(seed uint64, e evidence, found findings) {
	x.t.Helper()
	text := x.report(seed, e, found)
	x.t.Logf("\n%s\ncalls by operation: %v", text, x.tally.made)
	if !proves(x.t.Failed(), *tortureReleases, x.length) {
		return
	}
	if err := proof.Write("torture", recordedCommand(x.length, *tortureSeed), text); err != nil {
		x.t.Error(err)
	}
}

// proves reports whether a run is a proof: one in which anything failed is none, whatever the judge counted.
func proves(failed bool, releases int, length time.Duration) bool {
	return !failed && releases >= provenReleases && length >= provenLength
}

// recordedCommand is how the run was asked for: with what was given otherwise than make torture does by itself.
func recordedCommand(length time.Duration, seed uint64) string {
	command := "make torture"
	if length != provenLength {
		command += " TORTURE=" + length.String()
	}
	if seed != 0 {
		command += fmt.Sprintf(" SEED=%d", seed)
	}
	return command
}

// report is the run in Markdown.
func (x *torment) report(seed uint64, e evidence, found findings) string {
	n := &x.tally
	n.mu.Lock()
	defer n.mu.Unlock()
	var b strings.Builder
	fmt.Fprintf(&b, "Seed %d (`%s`): a storm of %s, in which %d of %d releases ended; %s until the last had settled.\n\n",
		seed, recordedCommand(x.length, seed), x.length, n.ended, len(e.table.releases), x.took.Round(time.Second))
	fmt.Fprintf(&b, "| done in the storm | |\n|---|---|\n| workers killed (SIGKILL) | %d |\n| workers that ended by themselves | %d |\n| outages | %s |\n",
		n.kills, n.suicides, outagesText(n.outages))
	fmt.Fprintf(&b, "| calls of the workers | %d |\n| … of these: to a service that was away | %d |\n", n.calls, n.away["dynamodb"]+n.away["sqs"])
	for _, fault := range slices.Sorted(maps.Keys(n.faults)) {
		fmt.Fprintf(&b, "| … of the others: %s | %d (%.1f %%) |\n", map[string]string{
			"throttle": "throttled", "error": "failed", "lost": "applied, answer lost", "delay": "delayed, and nothing else", "deny": "denied",
		}[fault], n.faults[fault], n.ratePct(fault))
	}
	fmt.Fprintf(&b, "| events that happened, those that concern no release included | %d |\n| … of these: never came | %d |\n| … of these: came, in copies | %d |\n",
		n.events, n.lost, n.copies)
	b.WriteString("\n| releases of | promoted | rolled back |\n|---|---|---|\n")
	outcomes := x.outcomes(e.table.releases)
	for _, kind := range slices.Sorted(maps.Keys(outcomes)) {
		fmt.Fprintf(&b, "| %s | %d | %d |\n", kind, outcomes[kind]["promoted"], outcomes[kind]["rolled_back"])
	}
	b.WriteString(judgeReads + "\n| the judge counted | |\n|---|---|\n")
	for _, c := range counts() {
		fmt.Fprintf(&b, "| %s | %d |\n", c, len(found[c]))
	}
	b.WriteString(e.landed.report(e.late))
	return b.String()
}

func outagesText(all []outage) string {
	var texts []string
	for _, o := range all {
		texts = append(texts, fmt.Sprintf("%s %.0f s", o.service, o.lasted.Seconds()))
	}
	return strings.Join(texts, ", ")
}
