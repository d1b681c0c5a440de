package awstest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/oklog/ulid/v2"
)

// markKey is a key the front adds to an event's detail, to know the event again when SQS hands it out.
const markKey = "serin-awstest-event"

// bus remembers the events of the test, so that each arrives as it was written: moto makes an envelope of its own, with
// another id and time and without account (AWS note 8).
type bus struct {
	mu       sync.Mutex
	original map[string]string        // by mark
	sent     map[string]chan struct{} // by queue name: closed and forgotten when it may have got something
	senders  map[string]string        // SenderId by message id
	twins    map[string]string        // message id of a duplicate: that of the first delivery
	seen     map[string]bool          // message ids that were handed out
}

// PutEvent sends an EventBridge envelope, whole and raw, as the AWS service in its source would, through the rules
// deployed in this World: what a queue gets is raw, byte for byte. It fails if raw is no envelope EventBridge could
// carry; a body that no rule would deliver goes by Send.
func (w *World) PutEvent(raw []byte) error {
	entry, mark, err := markedEntry(raw)
	if err != nil {
		return fmt.Errorf("put event: %w", err)
	}
	w.bus.remember(mark, string(raw))
	var out struct {
		FailedEntryCount int
		Entries          []struct{ ErrorCode, ErrorMessage string }
	}
	in := map[string]any{"Entries": []any{entry}}
	w.rules.RLock()
	err = w.callMoto("events", "AWSEvents.PutEvents", in, &out)
	w.rules.RUnlock()
	if err != nil {
		return fmt.Errorf("put event: %w", err)
	}
	if out.FailedEntryCount > 0 {
		return fmt.Errorf("put event: %s: %s", out.Entries[0].ErrorCode, out.Entries[0].ErrorMessage)
	}
	w.bus.announce(everyQueue)
	return nil
}

// PutEventTimes sends the same envelope n times, with the same id each time.
func (w *World) PutEventTimes(raw []byte, n int) error {
	for range n {
		if err := w.PutEvent(raw); err != nil {
			return err
		}
	}
	return nil
}

// Send puts a body on a queue as it is, past every rule.
func (w *World) Send(queueURL, body string) error {
	in := map[string]string{"QueueUrl": queueURL, "MessageBody": body}
	var out struct {
		MessageID string `json:"MessageId"`
	}
	if err := w.callMoto("sqs", "AmazonSQS.SendMessage", in, &out); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	w.noteSent("awstest", queueURL, out.MessageID, body)
	w.bus.announce(queueURL)
	return nil
}

// markedEntry is the PutEvents entry that makes moto's rules decide about raw, with the mark in its detail.
func markedEntry(raw []byte) (entry map[string]any, mark string, err error) {
	var e struct {
		Source     string          `json:"source"`
		DetailType string          `json:"detail-type"`
		Resources  []string        `json:"resources"`
		Detail     json.RawMessage `json:"detail"`
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		return nil, "", fmt.Errorf("read the envelope: %w", err)
	}
	body, isObject := bytes.CutPrefix(bytes.TrimSpace(e.Detail), []byte("{"))
	if e.Source == "" || e.DetailType == "" || !isObject || !utf8.Valid(raw) {
		return nil, "", errors.New("the envelope lacks source, detail-type or an object for detail, or is not UTF-8: use Send")
	}
	mark = ulid.Make().String()
	detail := `{"` + markKey + `":"` + mark + `"`
	if rest := bytes.TrimSpace(body); !bytes.HasPrefix(rest, []byte("}")) {
		detail += ","
	}
	return map[string]any{
		"Source": e.Source, "DetailType": e.DetailType, "Resources": slices.Concat([]string{}, e.Resources),
		"Detail": detail + string(body),
	}, mark, nil
}

func (b *bus) remember(mark, raw string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.original == nil {
		b.original = make(map[string]string)
	}
	b.original[mark] = raw
}

// originalOf is the event as the test wrote it, if body is one of the test's.
func (b *bus) originalOf(body string) (string, bool) {
	m := regexp.MustCompile(`"` + markKey + `": ?"([0-9A-Z]+)"`).FindStringSubmatch(body)
	if m == nil {
		return "", false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	raw, found := b.original[m[1]]
	return raw, found
}

// everyQueue is announced to where the queue is not known.
const everyQueue = ""

// announce wakes the receives that wait on a queue. Two URLs that end in the same name are one queue.
func (b *bus) announce(queueURL string) {
	name := queueName(queueURL)
	b.mu.Lock()
	defer b.mu.Unlock()
	for queue, waiting := range b.sent {
		if queueURL == everyQueue || queue == name {
			close(waiting)
			delete(b.sent, queue)
		}
	}
}

// news is closed when the queue may have got something.
func (b *bus) news(queueURL string) <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.sent == nil {
		b.sent = make(map[string]chan struct{})
	}
	name := queueName(queueURL)
	if b.sent[name] == nil {
		b.sent[name] = make(chan struct{})
	}
	return b.sent[name]
}

// forwardEvents forwards a call to EventBridge, the worker's announcements among them: a queue that gets one is not
// woken, as few do.
func (w *World) forwardEvents(c Call) Answer {
	w.rules.RLock()
	defer w.rules.RUnlock()
	return w.forward(c, w.moto)
}

// callMoto makes a call of the front's own, which no record shows.
func (w *World) callMoto(service, target string, in, out any) error {
	engine := w.moto
	if service == "sqs" {
		engine = w.queues()
	}
	if engine == nil {
		return errors.New("this world has no engine for " + service)
	}
	a, err := w.callEngine(engine, service, target, "awstest", in)
	if err != nil {
		return err
	}
	if a.Status != http.StatusOK {
		return fmt.Errorf("%s: status %d: %s", target, a.Status, a.Body)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(a.Body, out)
}

// callEngine makes an awsJson call. The engines check no signature.
func (w *World) callEngine(to *process, service, target, accessKey string, in any) (Answer, error) {
	req, err := http.NewRequestWithContext(w.ctx, http.MethodPost, to.url+"/", bytes.NewReader(jsonBytes(in)))
	if err != nil {
		return Answer{}, err
	}
	req.Host = strings.TrimPrefix(w.url, "http://")
	req.Header.Set("Content-Type", "application/x-amz-json-1.0")
	req.Header.Set("X-Amz-Target", target)
	req.Header.Set("X-Amz-Date", "20260101T000000Z")
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+accessKey+"/20260101/"+Region+"/"+service+
		"/aws4_request, SignedHeaders=host;x-amz-date, Signature=0")
	return roundTrip(w.client, req)
}
