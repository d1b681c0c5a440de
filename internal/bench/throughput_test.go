package bench_test

import (
	"testing"
	"time"
)

const (
	// concerned is how many canaries the events of a round concern.
	concerned = 200
	// A round is long enough that how it begins and ends counts for little.
	changesARound, ignoredARound = 2000, 10_000
)

// BenchmarkChange: every event changes a release. Floor, Serin and the naive consumer take turns in one run.
func BenchmarkChange(b *testing.B) {
	s := newStage(b)
	s.canaries(concerned, held)
	f := newFloor(s)
	f.learn(alarmEvents(b, 1, time.Now(), guarding(1)))
	s.run(s.loop(nil))
	next := time.Now().Add(time.Second)
	events := func(n int) [][]byte {
		all := alarmEvents(b, n, next, guarding(concerned))
		next = next.Add(time.Duration(n) * time.Millisecond)
		return all
	}
	compare(b, s, f, changesARound, events)
}

// BenchmarkIgnore: no event concerns a canary, and none makes a table call.
func BenchmarkIgnore(b *testing.B) {
	s := newStage(b)
	s.canaries(concerned, nil)
	f := newFloor(s)
	s.run(s.loop(nil))
	compare(b, s, f, ignoredARound, func(n int) [][]byte { return alarmEvents(b, n, time.Now(), stranger) })
}

// byKey counts the table calls that events cause: a sweep queries, and says by PutItem that the worker lives.
func (s *stage) byKey() int {
	return s.called("dynamodb:GetItem") + s.called("dynamodb:UpdateItem") + s.called("dynamodb:TransactWriteItems")
}

// compare runs floor, Serin and naive in turns and reports what each did. The ratio is the median of the pairs': what
// else the machine does in one of them says nothing about Serin.
func compare(b *testing.B, s *stage, f *floor, perRound int, events func(n int) [][]byte) {
	b.Helper()
	var pairs []float64
	var floorTook, serinTook, naiveTook time.Duration
	var sqsCalls, tableCalls, saves int
	for b.Loop() {
		for _, floorFirst := range []bool{true, false} { // each side goes first as often
			var floor, serin time.Duration
			if floorFirst {
				floor = f.round(b, events(perRound))
			}
			all := events(perRound)
			s.taken()
			began := time.Now()
			<-s.queues.feed(all)
			serin = time.Since(began)
			sqsCalls, saves = sqsCalls+s.called("sqs:"), saves+s.called("dynamodb:TransactWriteItems")
			tableCalls += s.byKey()
			if !floorFirst {
				floor = f.round(b, events(perRound))
			}
			floorTook, serinTook = floorTook+floor, serinTook+serin
			pairs = append(pairs, floor.Seconds()/serin.Seconds())
		}
		naiveTook += f.naive(b, events(perRound/20))
	}
	n := float64(len(pairs) * perRound)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(n/floorTook.Seconds(), "floor-ev/s")
	b.ReportMetric(n/serinTook.Seconds(), "serin-ev/s")
	b.ReportMetric(float64(len(pairs)/2*perRound/20)/naiveTook.Seconds(), "naive-ev/s")
	b.ReportMetric(median(pairs), "serin/floor")
	b.ReportMetric(float64(sqsCalls)/n, "sqs-calls/ev")
	b.ReportMetric(float64(tableCalls)/n, "table-calls/ev")
	b.ReportMetric(float64(saves)/n, "saves/ev")
}
