package awstest

// disturb duplicates and reorders the messages of one receive as the injected faults say.
func (w *World) disturb(c Call, messages []message) []message {
	queueURL := queueOf(c)
	for _, f := range w.faults.matching(c) {
		if f.Duplicate == 0 && f.Reorder == 0 {
			continue
		}
		rng := w.faults.source(w.opts.Seed, -f.id, c)
		kept := messages[:0:0]
		for _, m := range messages {
			first := w.bus.firstSight(m)
			again, later := rng.Float64() < f.Duplicate, rng.Float64() < f.Reorder
			if first && again {
				w.duplicate(queueURL, m)
			}
			if first && later {
				w.setVisible(queueURL, m, 1)
				continue
			}
			kept = append(kept, m)
		}
		messages = kept
		if f.Reorder > 0 {
			rng.Shuffle(len(messages), func(i, j int) { messages[i], messages[j] = messages[j], messages[i] })
		}
	}
	return messages
}

// firstSight is true once for each message, and never for a duplicate.
func (b *bus) firstSight(m message) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	id := m.text("MessageId")
	if _, twin := b.twins[id]; twin || b.seen[id] {
		return false
	}
	if b.seen == nil {
		b.seen = make(map[string]bool)
	}
	b.seen[id] = true
	return true
}

// duplicate puts the message on its queue once more, under the same id as far as a receiver can see.
func (w *World) duplicate(queueURL string, m message) {
	in := map[string]any{"QueueUrl": queueURL, "MessageBody": m.text("Body")}
	if attributes, ok := m["MessageAttributes"]; ok {
		in["MessageAttributes"] = attributes
	}
	var out struct {
		MessageID string `json:"MessageId"`
	}
	w.bus.mu.Lock() // nobody may look at the twin before it is known as one
	defer w.bus.mu.Unlock()
	if err := w.callMoto("sqs", "AmazonSQS.SendMessage", in, &out); err != nil {
		if w.ctx.Err() == nil {
			w.opts.Failf("duplicate a message: %v", err)
		}
		return
	}
	if w.bus.twins == nil {
		w.bus.twins = make(map[string]string)
	}
	w.bus.twins[out.MessageID] = m.text("MessageId")
	w.noteSent("awstest", queueURL, out.MessageID, m.text("Body"))
}
