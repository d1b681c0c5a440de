package infra_test

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/serinhq/serin/internal/awstest"
)

// checks judges that no release began a build more than once, and that one whose check must fail has asked for it.
func (e evidence) checks(f findings, all []tried) {
	for _, r := range all {
		var builds []string
		for _, c := range e.ledger {
			if state, ok := c.State.(awstest.BuildState); ok && c.Kind == "build-start" && state.Variables["SERIN_RELEASE"] == r.item.Release {
				builds = append(builds, state.ID)
			}
		}
		if n := len(builds); n > 1 || n == 0 && r.end == endCheckFailed {
			f.add(countGate, r.round, "its check began the builds %q", builds)
		}
	}
}

// gates judges how each gate was answered, each waiting deployment continued, and each person heard.
func (e evidence) gates(f findings, all []tried) {
	for _, r := range all {
		var answers []string
		asks := map[string][]awstest.Change{}
		for _, c := range e.ledger {
			switch state := c.State.(type) {
			case awstest.ApprovalState:
				if r.key != "" && state.Execution == r.key {
					answers = append(answers, state.Status)
				}
			default:
				if id := deploymentOf(c); id != "" && id == r.key {
					asks[r.movers[0].shows(c)] = append(asks[r.movers[0].shows(c)], c)
				}
			}
		}
		if r.drive != nil {
			r.continued(f, asks)
		} else if r.key != "" && !slices.Equal(answers, []string{r.end.answer()}) {
			f.add(countGate, r.round, "its gate was answered %q, must be %q once", answers, r.end.answer())
		}
		e.contradictions(f, r)
		if n := len(r.said("approved")); n > 1 {
			f.add(countGate, r.round, "its approval was recorded %d times", n)
		}
	}
}

// deploymentOf is the guarded deployment that a change is of; empty for any other change.
func deploymentOf(c awstest.Change) string {
	switch state := c.State.(type) {
	case awstest.DeploymentState:
		return state.Deployment
	case awstest.ECSDeploymentState:
		return state.Deployment
	}
	return ""
}

// said are a release's entries with a code.
func (r tried) said(code string) []tortureItem {
	var found []tortureItem
	for _, entry := range r.entries {
		if entry.Code == code {
			found = append(found, entry)
		}
	}
	return found
}

// continued judges that a deployment was told once to go on, and not before a person said so.
func (r tried) continued(f findings, asks map[string][]awstest.Change) {
	for ask, times := range asks {
		if ask != stopped && len(times) > 1 {
			f.add(countGate, r.round, "%s was said %d times", ask, len(times))
		}
		if ask == r.approves && r.unapproved(times[0].At) {
			f.add(countGate, r.round, "%s was said before a person approved", ask)
		}
	}
}

// seenLate is how late the save of a failure may be seen on a busy machine.
const seenLate = 100 * time.Millisecond

// heard judges that an event was not deleted before what it must cause was saved.
func (e evidence) heard(f findings, all []tried) {
	for _, r := range all {
		if at := e.deleted(r.opened); !at.IsZero() && at.Before(moment(r.item.StartedAt)) {
			f.add(countMessage, r.round, "what triggers it was deleted at %s, and it began at %s", at.UTC().Format(time.RFC3339Nano), r.item.StartedAt)
		}
		if at := e.deleted(r.alarm); !at.IsZero() && (r.failed.IsZero() || at.Before(r.recorded.Add(-seenLate))) {
			f.add(countMessage, r.round, "its alarm was deleted at %s, and its failure recorded at %s", at.UTC().Format(time.RFC3339Nano), r.recorded.UTC().Format(time.RFC3339Nano))
		}
	}
}

// deleted is when the first copy of a message was deleted; zero if none was.
func (e evidence) deleted(body []byte) time.Time {
	for _, c := range e.ledger {
		if state, ok := c.State.(awstest.MessageState); ok && body != nil && c.Kind == "message-deleted" && state.Body == string(body) {
			return c.At
		}
	}
	return time.Time{}
}

// messages judges that every message was deleted or is where it belongs, and every command has an outcome.
func (e evidence) messages(f findings) {
	open, gone := map[string]string{}, map[string]bool{}
	for _, c := range e.ledger {
		state, ok := c.State.(awstest.MessageState)
		var command struct{ ID, Verb string }
		switch {
		case !ok:
		case c.Kind == "message-sent":
			open[state.ID] = state.Body
		default:
			gone[state.ID] = true
			if slices.Contains(e.poison, state.Body) {
				f.add(countMessage, nil, "a message that nobody can read was deleted: %q", state.Body)
			}
			if json.Unmarshal([]byte(state.Body), &command) == nil && command.Verb != "" && !e.table.outcomes[command.ID] {
				f.add(countMessage, nil, "the command %s (%s) was deleted and has no outcome", command.ID, command.Verb)
			}
		}
	}
	maps.DeleteFunc(open, func(id, _ string) bool { return gone[id] }) // who sends may note it after who was quicker to delete it
	for _, body := range e.dead {
		if !slices.Contains(e.poison, body) {
			f.add(countDeadOnes, nil, "%s", body)
		}
	}
	for id, body := range open {
		if !slices.Contains(e.poison, body) && !slices.Contains(e.dead, body) {
			f.add(countMessage, nil, "message %s was not dealt with: %s", id, body)
		}
	}
	if have := e.left + len(e.dead); have < len(open) {
		f.add(countMessage, nil, "%d messages were not deleted, and only %d are there", len(open), have)
	}
}
