package awstest

import (
	"context"
	"crypto/md5" //nolint:gosec // SQS's own checksum
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// pollEvery is how often a waiting receive looks for messages that became visible by time alone.
const pollEvery = 500 * time.Millisecond

// forwardSQS forwards a call to SQS, and completes what moto lacks: who sent a message, and that a receive can be left.
func (w *World) forwardSQS(c Call) Answer {
	switch c.Operation {
	case "ReceiveMessage":
		return w.receive(c)
	case "SendMessage", "SendMessageBatch":
		a := w.forward(c, w.queues())
		w.bus.noteSenders(c.Actor, a)
		w.noteSend(c, a)
		w.bus.announce(queueOf(c))
		return a
	case "ChangeMessageVisibility", "ChangeMessageVisibilityBatch":
		a := w.forward(c, w.queues())
		w.bus.announce(queueOf(c))
		return a
	case "DeleteMessage", "DeleteMessageBatch":
		a := w.delete(c)
		w.noteDelete(c, a)
		return a
	case "StartMessageMoveTask":
		if w.elastic != nil {
			return w.forward(c, w.elastic)
		}
		return w.moveTask(c)
	default:
		return w.forward(c, w.queues())
	}
}

func (w *World) delete(c Call) Answer {
	if w.elastic != nil && c.Operation == "DeleteMessageBatch" {
		return w.deleteElastic(c)
	}
	return w.forward(c, w.queues())
}

// receive is a long poll. The front does the waiting, so that a client that leaves takes no message with it: one that
// is handed out in that moment is put back. (On AWS it stays in flight; Faults.Lose does that on purpose.) ElasticMQ does
// its own waiting, which is to be proven too, unless Options.FrontWaits.
func (w *World) receive(c Call) Answer {
	if w.elastic != nil && !w.opts.FrontWaits {
		a, _ := w.receiveOnce(c)
		return a
	}
	var in map[string]any
	if json.Unmarshal(c.Body, &in) != nil {
		return w.forward(c, w.queues())
	}
	seconds, given := in["WaitTimeSeconds"].(float64)
	if !given {
		seconds = w.queueWait(in["QueueUrl"])
	}
	in["WaitTimeSeconds"] = 0
	poll := c
	poll.Body = jsonBytes(in)
	poll.Request = c.Request.Clone(w.ctx)
	client := c.Request.Context()
	ctx, cancel := context.WithTimeout(client, time.Duration(seconds*float64(time.Second)))
	defer cancel()
	for {
		news := w.bus.news(queueOf(c))
		a, n := w.receiveOnce(poll)
		if n > 0 && client.Err() != nil {
			w.putBack(in["QueueUrl"], a)
		}
		if n > 0 || a.Status != http.StatusOK || !w.awaitNews(ctx, news) {
			return a
		}
	}
}

// queueOf is the URL of the queue a call is about.
func queueOf(c Call) string {
	var in struct {
		QueueURL string `json:"QueueUrl"`
	}
	_ = json.Unmarshal(c.Body, &in) // a call that names none is about none
	return in.QueueURL
}

// queueName is the last part of its URL.
func queueName(queueURL string) string { return queueURL[strings.LastIndex(queueURL, "/")+1:] }

// awaitNews is false when the wait is over.
func (w *World) awaitNews(ctx context.Context, news <-chan struct{}) bool {
	t := time.NewTimer(pollEvery)
	defer t.Stop()
	select {
	case <-news:
	case <-t.C:
	case <-ctx.Done():
	case <-w.ctx.Done():
	}
	return ctx.Err() == nil && w.ctx.Err() == nil
}

// queueWait is the queue's own waiting time in seconds, for a receive that names none.
func (w *World) queueWait(queueURL any) float64 {
	in := map[string]any{"QueueUrl": queueURL, "AttributeNames": []string{"ReceiveMessageWaitTimeSeconds"}}
	var out struct {
		Attributes struct {
			ReceiveMessageWaitTimeSeconds float64 `json:",string"`
		}
	}
	if w.callMoto("sqs", "AmazonSQS.GetQueueAttributes", in, &out) != nil {
		return 0 // the receive itself will say what is wrong
	}
	return out.Attributes.ReceiveMessageWaitTimeSeconds
}

// message is one received message, its members as SQS wrote them.
type message map[string]any

func (m message) text(member string) string {
	s, _ := m[member].(string)
	return s
}

// receiveOnce asks the engine once and hands out what is to be handed out now: n messages.
func (w *World) receiveOnce(c Call) (a Answer, n int) {
	a = w.forward(c, w.queues())
	var out struct{ Messages []message }
	if a.Status != http.StatusOK || json.Unmarshal(a.Body, &out) != nil || len(out.Messages) == 0 {
		return a, 0
	}
	messages := w.disturb(c, out.Messages)
	for _, m := range messages {
		w.noteHandle(queueOf(c), m)
		w.bus.complete(m)
	}
	a.Body = jsonBytes(map[string]any{"Messages": messages})
	if len(messages) == 0 {
		a.Body = []byte("{}")
	}
	return a, len(messages)
}

// complete makes a message what AWS would have delivered: the event as it was written, its sender, and for a duplicate
// the id of the first.
func (b *bus) complete(m message) {
	if raw, found := b.originalOf(m.text("Body")); found {
		sum := md5.Sum([]byte(raw)) //nolint:gosec // SQS's own checksum
		m["Body"], m["MD5OfBody"] = raw, hex.EncodeToString(sum[:])
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if first, twin := b.twins[m.text("MessageId")]; twin {
		m["MessageId"] = first
	}
	attributes, _ := m["Attributes"].(map[string]any)
	if sender, known := b.senders[m.text("MessageId")]; known && attributes["SenderId"] != nil {
		attributes["SenderId"] = sender
	}
}

// noteSenders remembers who sent the messages a send made.
func (b *bus) noteSenders(actor string, a Answer) {
	var out struct {
		MessageID  string `json:"MessageId"`
		Successful []struct {
			MessageID string `json:"MessageId"`
		}
	}
	if a.Status != http.StatusOK || json.Unmarshal(a.Body, &out) != nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.senders == nil {
		b.senders = make(map[string]string)
	}
	for _, s := range out.Successful {
		b.senders[s.MessageID] = SenderID(actor)
	}
	if out.MessageID != "" {
		b.senders[out.MessageID] = SenderID(actor)
	}
}

// putBack makes the messages of an answer nobody will hear visible again.
func (w *World) putBack(queueURL any, a Answer) {
	var out struct{ Messages []message }
	if json.Unmarshal(a.Body, &out) != nil {
		return
	}
	for _, m := range out.Messages {
		w.setVisible(queueURL, m, 0)
	}
	if url, named := queueURL.(string); named {
		w.bus.announce(url)
	}
}

func (w *World) setVisible(queueURL any, m message, seconds int) {
	in := map[string]any{"QueueUrl": queueURL, "ReceiptHandle": m["ReceiptHandle"], "VisibilityTimeout": seconds}
	if err := w.callMoto("sqs", "AmazonSQS.ChangeMessageVisibility", in, nil); err != nil && w.ctx.Err() == nil {
		w.opts.Failf("put a message back: %v", err)
	}
}
