package awstest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// envelope is an EventBridge event as AWS sends it (AWS note 1.1). Account is text, time has whole seconds.
type envelope struct {
	Version    string    `json:"version"`
	ID         string    `json:"id"`
	DetailType string    `json:"detail-type"`
	Source     string    `json:"source"`
	Account    string    `json:"account"`
	Time       time.Time `json:"time"`
	Region     string    `json:"region"`
	Resources  []string  `json:"resources"`
	Detail     any       `json:"detail"`
}

// emission keeps the events a stand-in's service would have sent: for the test-side method that caused them, for
// whoever listens, or for whoever asks. The owner's lock guards it.
type emission struct {
	pending []json.RawMessage
	deliver func(json.RawMessage)
	made    int
}

// add keeps one event. Everything in an envelope can be marshalled, so a failure is a mistake in this package.
func (e *emission) add(event envelope) {
	raw, err := json.Marshal(event)
	if err != nil {
		panic(fmt.Sprintf("marshal an event of %s: %v", event.Source, err))
	}
	e.pending = append(e.pending, raw)
}

// take returns what is pending and forgets it.
func (e *emission) take() []json.RawMessage {
	taken := e.pending
	e.pending = nil
	return taken
}

// heard returns what is pending for the listener, when there is one; else it stays for whoever asks.
func (e *emission) heard() (func(json.RawMessage), []json.RawMessage) {
	if e.deliver == nil {
		return nil, nil
	}
	return e.deliver, e.take()
}

// during returns only the events that f causes; what was pending before stays pending.
func (e *emission) during(f func() error) ([]json.RawMessage, error) {
	before := e.take()
	err := f()
	caused := e.take()
	e.pending = before
	return caused, err
}

// uuid returns the next identifier of a stand-in: well-formed, distinct between stand-ins by their kind, and the same
// in every run, so that a failing test reads the same twice.
func (e *emission) uuid(kind string) string {
	h := e.hash(kind)
	return fmt.Sprintf("%s-%s-4%s-a%s-%s", h[0:8], h[8:12], h[13:16], h[17:20], h[20:32])
}

func (e *emission) hash(kind string) string {
	e.made++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", kind, e.made))
	return hex.EncodeToString(sum[:])
}
