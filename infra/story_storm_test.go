package infra_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/serinhq/serin/internal/awstest"
)

// storm has each event come three times and out of order, a fifth of the worker's calls throttled and a twentieth of
// their answers lost, by the seed.
func (s *stage) storm(actor string, seed uint64) (emit func(...json.RawMessage)) {
	s.t.Helper()
	s.Inject(awstest.Faults{Throttle: 0.2, Lose: 0.05, Match: awstest.ByActors(actor)})
	s.Inject(awstest.Faults{Duplicate: 0.2, Reorder: 0.4, Match: awstest.ByActors(actor)})
	s.hear(func(e json.RawMessage) {
		if err := s.PutEventTimes(e, 3); err != nil {
			s.failf("an event that a call caused: %v", err)
		}
	})
	shuffle := rand.New(rand.NewPCG(seed, seed))
	return func(events ...json.RawMessage) {
		s.t.Helper()
		thrice := slices.Repeat(events, 3)
		shuffle.Shuffle(len(thrice), func(i, j int) { thrice[i], thrice[j] = thrice[j], thrice[i] })
		s.emit(thrice...)
	}
}

// seeds are the storms that each path goes through.
const seeds = 2

func TestStorm_aPromotionEndsAsInFineWeather(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			s := ownStage(t, "storm-up", seed)
			s.checkout(checkoutFile)
			emit := s.storm("worker-a", seed)
			s.readyWorker("worker-a")
			_, events := s.openGate(s.publish("two"))
			emit(events...)
			s.settles(s.name, 0)
			happyPath().judge(s)
		})
	}
}

func TestStorm_aRollbackEndsAsInFineWeather(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			s := ownStage(t, "storm-down", seed)
			s.checkout(longBake())
			emit := s.storm("worker-a", seed)
			s.readyWorker("worker-a")
			_, events := s.openGate(s.publish("two"))
			emit(events...)
			s.bakes(s.name, 0, 50)
			// The alarm is over before its first event arrives.
			alarm := s.alarms.SetState(s.name, "ALARM", alarmText)
			emit(alarm, s.alarms.SetState(s.name, "OK", calmText))
			s.settles(s.name, 0)
			rollbackPath().judge(s)
		})
	}
}
