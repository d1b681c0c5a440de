package event

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/serinhq/serin/worker"
)

// envelope is what EventBridge puts around every event (EventBridge user guide, "AWS service event metadata").
type envelope struct {
	origin     worker.Origin
	source     string
	detailType string
	detail     *fields
	// around is the envelope itself, for the types that keep something in it.
	around *fields
}

// fromAWS: PutEvents refuses a source that begins so, so only a service can have sent it.
func (e envelope) fromAWS() bool { return strings.HasPrefix(e.source, "aws.") }

// open reads the envelope. It demands every field that EventBridge always sends, because the bodies of other senders
// (an SNS notification, a rule with an InputTransformer) are JSON objects too.
func open(body string) (envelope, error) {
	if len(body) > maxBody {
		return envelope{}, fmt.Errorf("%w: %d bytes, more than %d", worker.ErrMalformed, len(body), maxBody)
	}
	if !utf8.ValidString(body) {
		return envelope{}, fmt.Errorf("%w: not UTF-8", worker.ErrMalformed)
	}
	f, err := parse(body)
	if err != nil {
		return envelope{}, fmt.Errorf("%w: %w", worker.ErrMalformed, err)
	}
	if f.isCommand() {
		return envelope{}, fmt.Errorf("%w: a command in the event queue", worker.ErrRefused)
	}
	if f.key("version") != "0" {
		f.fail("version", "is not \"0\"")
	}
	env := envelope{
		origin: worker.Origin{
			ID:      f.key("id"),
			Account: f.account("account"),
			Region:  f.key("region"),
			At:      f.time("time", time.RFC3339),
		},
		source:     f.key("source"),
		detailType: f.key("detail-type"),
		detail:     f.object("detail"),
		around:     f,
	}
	return env, f.err()
}
