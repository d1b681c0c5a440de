package local

import (
	"fmt"
	"slices"
	"time"

	"github.com/serinhq/serin/worker"
)

const (
	// maxReceives come before the dead-letter queue.
	maxReceives = 20
	// defaultVisibility is how long what nobody settles stays away.
	defaultVisibility = 30 * time.Second
	maxVisibility     = 12 * time.Hour
	maxBody           = 1 << 20
)

// mailbox is a queue's messages. Its methods run under the world's lock.
type mailbox struct {
	name       string
	command    bool
	visibility time.Duration
	messages   []*message
	dead       []string
	sent       int
	// changed is closed when something may have become receivable.
	changed chan struct{}
}

type message struct {
	id, handle, sender string
	body               []byte
	receives           int
	visibleAt          time.Time
}

func newMailbox(name string, command bool) *mailbox {
	return &mailbox{name: name, command: command, visibility: defaultVisibility, changed: make(chan struct{})}
}

func (m *mailbox) put(body []byte, sender string, visibleAt time.Time) {
	m.sent++
	m.messages = append(m.messages, &message{
		id: fmt.Sprintf("%s-%d", m.name, m.sent), sender: sender, body: slices.Clone(body), visibleAt: visibleAt,
	})
	m.wake()
}

func (m *mailbox) wake() {
	close(m.changed)
	m.changed = make(chan struct{})
}

// take hands out up to limit messages that are visible.
func (m *mailbox) take(now time.Time, limit int) []worker.Delivery {
	var taken []worker.Delivery
	m.messages = slices.DeleteFunc(m.messages, func(msg *message) bool {
		if len(taken) == limit || msg.visibleAt.After(now) {
			return false
		}
		if msg.receives == maxReceives {
			m.dead = append(m.dead, string(msg.body))
			return true
		}
		msg.receives++
		msg.handle = fmt.Sprintf("%s#%d", msg.id, msg.receives)
		msg.visibleAt = now.Add(m.visibility)
		taken = append(taken, worker.Delivery{
			ID: msg.id, Body: string(msg.body), Handle: msg.handle,
			Receives: msg.receives, Sender: msg.sender, Command: m.command,
		})
		return false
	})
	return taken
}

// next is when the next message becomes visible; zero if there is none.
func (m *mailbox) next() time.Time {
	var next time.Time
	for _, msg := range m.messages {
		if next.IsZero() || msg.visibleAt.Before(next) {
			next = msg.visibleAt
		}
	}
	return next
}

// remove deletes what the handles still hold. One that was received again, or
// is gone, is left: SQS calls that a success too.
func (m *mailbox) remove(deliveries []worker.Delivery) {
	for _, d := range deliveries {
		m.messages = slices.DeleteFunc(m.messages, func(msg *message) bool { return msg.handle == d.Handle })
	}
}

// hide moves the time at which a message comes again, if the handle still holds it.
func (m *mailbox) hide(d worker.Delivery, now time.Time, away time.Duration) error {
	if away < 0 || away > maxVisibility {
		return refuse(worker.ErrInvalid, "a visibility timeout of %s", away)
	}
	for _, msg := range m.messages {
		if msg.handle == d.Handle && msg.visibleAt.After(now) {
			msg.visibleAt = now.Add(away)
		}
	}
	m.wake()
	return nil
}
