package local

import (
	"encoding/json"
	"time"
)

// eventBridge is who the queue says sent an event.
const eventBridge = "events.amazonaws.com"

// OnEvent decides when each copy of an event arrives: one delay a copy, nil
// loses it. Default: one copy, at once. It runs under the world's lock and must
// not touch the world.
func (w *World) OnEvent(route func(body []byte) []time.Duration) {
	w.do(func() { w.route = route })
}

// PutEvent puts a body into the event queue, whatever it is.
func (w *World) PutEvent(body []byte) {
	w.do(func() { w.deliver(body) })
}

func (w *World) deliver(body []byte) {
	copies := []time.Duration{0}
	if w.route != nil {
		copies = w.route(body)
	}
	for _, delay := range copies {
		w.events.put(body, eventBridge, w.clock().Add(delay))
	}
}

// fields are a JSON object.
type fields map[string]any

// emit sends an event as EventBridge delivers it (EventBridge user guide, "AWS
// service event metadata").
func (w *World) emit(source, detailType string, resources []string, detail fields) {
	body, err := json.Marshal(fields{
		"version": "0", "id": w.id(), "detail-type": detailType, "source": source,
		"account": Account, "time": w.clock().UTC().Format("2006-01-02T15:04:05Z"), "region": Region,
		"resources": resources, "detail": detail,
	})
	if err != nil { // a world's own texts are always JSON
		panic(err)
	}
	w.deliver(body)
}

// arn names something of the world's account and region.
func arn(service, resource string) string {
	return "arn:aws:" + service + ":" + Region + ":" + Account + ":" + resource
}
