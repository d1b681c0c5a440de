package infra_test

import (
	"testing"
	"time"

	"github.com/serinhq/serin/internal/awstest"
)

// contradictions judges the answers that a worker gave when the opposite had been accepted: they changed nothing, and yet
// somebody meant to answer the gate twice.
func (e evidence) contradictions(f findings, r tried) {
	for _, c := range e.refused {
		if c.Of == r.key && r.key != "" && isTorturer(c.Actor) && !r.mayAsk(c, e.late) {
			f.add(countGate, r.round, "%s asked for %q when %s had said %q", c.Actor, c.Asked, c.By, c.Accepted)
		}
	}
}

// mayAsk reports whether such an answer was right to give all the same: to a gate what the release comes to, when a person
// was first; to a deployment a stop that came too late, or a continue that was decided before the failure was recorded.
func (r tried) mayAsk(c awstest.Refused, late time.Duration) bool {
	promoted := r.end.phase() == "promoted"
	switch {
	case r.drive == nil:
		return (c.Asked == "Approved") == promoted && !isTorturer(c.By)
	case c.Asked == "stop":
		return !promoted
	}
	return !r.failed.IsZero() && c.At.Sub(r.recorded) <= late && !r.unapproved(c.At)
}

// unapproved reports whether a person was to be asked, and had not approved by then.
func (r tried) unapproved(by time.Time) bool {
	approved := r.said("approved")
	return r.approves != "" && (len(approved) == 0 || moment(approved[0].At).After(by))
}

func TestTortureJudge_countsAnswersThatContradictTheOneThatStands(t *testing.T) {
	guarded, failed := (&torment{}).deploymentGoes, time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	approved := []tortureItem{{Code: "approved", At: "2026-11-23T07:59:00.000Z"}}
	for _, tc := range []struct {
		name            string
		end             ending
		drive           func(*round)
		approves        string
		entries         []tortureItem
		asked, accepted string
		by              string
		after           time.Duration
		failed          time.Time
		counts          bool
	}{
		{"an approval of a gate that was rejected by us", endAlarm, nil, "", nil, "Approved", "Rejected", "worker-2", 0, failed, true},
		{"a rejection of a gate that was approved by us", endByItself, nil, "", nil, "Rejected", "Approved", "worker-2", 0, time.Time{}, true},
		{"one where it was the approval that was wrong", endAlarm, nil, "", nil, "Rejected", "Approved", "worker-2", 0, failed, true},
		{"an approval of a gate that a person rejected", endGateRejected, nil, "", nil, "Approved", "Rejected", "ann", 0, failed, true},
		{"a rejection of one that a person approved, and the plan goes on", endApproved, nil, "", nil, "Rejected", "Approved", "ann", 0, time.Time{}, true},
		{"a rejection of one that a person approved, then the alarm came", endApprovedAndAlarm, nil, "", nil, "Rejected", "Approved", "ann", 0, failed, false},
		{"a stop of a deployment that had to go through", endByItself, guarded, "", nil, "stop", "continue", "worker-1", 0, time.Time{}, true},
		{"a stop of one that had to be stopped", endAlarm, guarded, "", nil, "stop", "continue", "worker-1", 0, failed, false},
		{"a continue of a stopped one, decided before the failure", endAlarm, guarded, continueReady, approved, "continue", "stop", "worker-1", time.Second, failed, false},
		{"one that nobody had approved", endDenied, guarded, continueReady, nil, "continue", "stop", "worker-1", time.Second, failed, true},
		{"one long after the failure", endAlarm, guarded, continueReady, approved, "continue", "stop", "worker-1", time.Minute, failed, true},
		{"one without any failure", endByItself, guarded, continueReady, approved, "continue", "stop", "ann", 0, time.Time{}, true},
	} {
		of := &trial{name: "t", drive: tc.drive, approves: tc.approves}
		r := tried{round: &round{trial: of, end: tc.end, key: "e0"}, entries: tc.entries, failed: tc.failed, recorded: tc.failed}
		e := evidence{late: 10 * time.Second, refused: []awstest.Refused{
			{At: failed.Add(tc.after), Actor: "worker-1", Of: "e0", Asked: tc.asked, Accepted: tc.accepted, By: tc.by},
			{At: failed.Add(tc.after), Actor: "worker-1", Of: "another", Asked: tc.asked, Accepted: tc.accepted, By: tc.by},
			{At: failed.Add(tc.after), Actor: "ann", Of: "e0", Asked: tc.asked, Accepted: tc.accepted, By: tc.by},
		}}
		f := findings{}
		e.contradictions(f, r)
		if got := len(f[countGate]); (got == 1) != tc.counts || got > 1 {
			t.Errorf("%s: counted %d times, %q", tc.name, got, f)
		}
	}
}
