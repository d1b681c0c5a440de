package event

import "github.com/serinhq/serin/worker"

// readSchedule reads the tick of a scheduled rule: a reason to sweep. Its detail is an empty object.
func readSchedule(detailType string) func(envelope) (worker.Event, error) {
	if detailType != "Scheduled Event" {
		return nil
	}
	return func(env envelope) (worker.Event, error) { return worker.Tick{Origin: env.origin}, nil }
}
