package infra_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"sync"
	"time"

	"github.com/serinhq/serin/internal/awstest"
)

// tortureTally counts what was done to the workers while the storm raged.
type tortureTally struct {
	mu     sync.Mutex
	storm  bool
	calls  int
	faults map[string]int
	away   map[string]int // by service: calls while it was away
	made   map[string]int // by operation
	kills  int
	// suicides are the workers that ended though nobody had killed them.
	suicides int
	down     string   // the service that is away
	outages  []outage // those that are over
	events   int
	copies   int
	lost     int
	// recorded is when a release's failure was in the table.
	recorded map[string]time.Time
	ended    int // releases that had ended when the storm did
}

// note counts a worker's call.
func (n *tortureTally) note(c awstest.Call) {
	if !isTorturer(c.Actor) {
		return
	}
	now, failed := time.Now(), failuresIn(c)
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, release := range failed {
		if n.recorded[release].IsZero() {
			n.recorded[release] = now
		}
	}
	if !n.storm {
		return
	}
	n.calls++
	n.made[c.Operation]++
	switch {
	case c.Service == n.down && c.Fault == "error":
		n.away[c.Service]++
	case c.Fault != "":
		n.faults[c.Fault]++
	}
}

// failures are when each release's failure was in the table.
func (n *tortureTally) failures() map[string]time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	return maps.Clone(n.recorded)
}

// announcements takes what Serin announces, as the event bus does.
type announcements struct{}

// Service implements awstest.StandIn.
func (announcements) Service() string { return "events" }

// Operation implements awstest.StandIn.
func (announcements) Operation(r *http.Request, _ []byte) string {
	if r.Header.Get("X-Amz-Target") == "AWSEvents.PutEvents" {
		return "PutEvents"
	}
	return ""
}

// Serve implements awstest.StandIn.
func (announcements) Serve(c awstest.Call) awstest.Answer {
	type entry struct{ EventId string } //nolint:revive // the API's own name
	var in struct{ Entries []json.RawMessage }
	if c.Operation != "PutEvents" || json.Unmarshal(c.Body, &in) != nil || len(in.Entries) == 0 {
		return awstest.Answer{Status: http.StatusBadRequest, Body: []byte(`{"__type":"ValidationException","message":"no entries"}`)}
	}
	out := struct {
		FailedEntryCount int
		Entries          []entry
	}{Entries: make([]entry, len(in.Entries))}
	for i := range out.Entries {
		out.Entries[i].EventId = fmt.Sprintf("%d-%d", c.N, i)
	}
	body, err := json.Marshal(out)
	if err != nil {
		return awstest.Answer{Status: http.StatusInternalServerError}
	}
	return awstest.Answer{Body: body, Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}}
}
