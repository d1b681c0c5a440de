package awstest

import (
	"encoding/json"
	"net/http"
)

// MessageState is a message that was put on a queue or taken off it for good: what the ledger keeps (kinds "message-sent"
// and "message-deleted") in a World with Options.NoteMessages.
type MessageState struct {
	// Queue is the queue's name, ID the message's own, by the engine: a duplicate has another than its first.
	Queue, ID string
	// Body is the message.
	Body string
}

// noteSent notes a message that the engine took.
func (w *World) noteSent(actor, queueURL, id, body string) {
	if !w.opts.NoteMessages || id == "" {
		return
	}
	w.ledger.Append(actor, "message-sent", queueURL, MessageState{Queue: queueName(queueURL), ID: id, Body: body})
}

// noteSend notes what a SendMessage or SendMessageBatch put on its queue.
func (w *World) noteSend(c Call, a Answer) {
	var in struct {
		QueueURL    string `json:"QueueUrl"`
		MessageBody string
		Entries     []message
	}
	var out struct {
		MessageID  string `json:"MessageId"`
		Successful []message
	}
	if !w.opts.NoteMessages || a.Status != http.StatusOK || json.Unmarshal(c.Body, &in) != nil || json.Unmarshal(a.Body, &out) != nil {
		return
	}
	w.noteSent(c.Actor, in.QueueURL, out.MessageID, in.MessageBody)
	bodies := make(map[string]string, len(in.Entries))
	for _, e := range in.Entries {
		bodies[e.text("Id")] = e.text("MessageBody")
	}
	for _, m := range out.Successful {
		w.noteSent(c.Actor, in.QueueURL, m.text("MessageId"), bodies[m.text("Id")])
	}
}

// noteHandle remembers which message a receipt handle is for.
func (w *World) noteHandle(queueURL string, m message) {
	if w.opts.NoteMessages {
		w.handles.Store(m.text("ReceiptHandle"), MessageState{Queue: queueName(queueURL), ID: m.text("MessageId"), Body: m.text("Body")})
	}
}

// noteDelete notes what a DeleteMessage or DeleteMessageBatch took off its queue.
func (w *World) noteDelete(c Call, a Answer) {
	var in struct {
		ReceiptHandle string
		Entries       []message
	}
	var out struct{ Failed []message }
	if !w.opts.NoteMessages || a.Status != http.StatusOK || json.Unmarshal(c.Body, &in) != nil {
		return
	}
	_ = json.Unmarshal(a.Body, &out) // a DeleteMessage answers nothing
	failed := make(map[string]bool, len(out.Failed))
	for _, m := range out.Failed {
		failed[m.text("Id")] = true
	}
	in.Entries = append(in.Entries, message{"ReceiptHandle": in.ReceiptHandle})
	for _, e := range in.Entries {
		if state, known := w.handles.Load(e.text("ReceiptHandle")); known && !failed[e.text("Id")] {
			w.ledger.Append(c.Actor, "message-deleted", queueOf(c), state)
		}
	}
}
