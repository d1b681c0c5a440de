package bench_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/serinhq/serin/internal/awstest"
)

const (
	// perCall is how long every call takes.
	perCall = 5 * time.Millisecond
	samples = 501 // the first teaches the floor
)

// BenchmarkTimeToSafe: from an ALARM becoming visible in the queue to the first rollback write being sent. Its floor is
// the bare SDK making the calls that must come before it, in their order: receive, read, save, read the alias. How long
// those take is told by their median.
func BenchmarkTimeToSafe(b *testing.B) {
	s := newStage(b)
	s.canaries(samples, baking)
	f := newFloor(s)
	f.learn(alarmEvents(b, 1, time.Now().Add(time.Second), guarding(1)))
	s.run(s.loop(nil))
	s.delay.Store(int64(perCall))
	wrote := make(chan time.Time, 1)
	s.onCall(func(c awstest.Call) {
		if c.Actor == "worker" && c.Operation == "UpdateAlias" {
			select {
			case wrote <- c.At:
			default: // a rollback writes once more where its fence did not move
			}
		}
	})
	var serin, floor []time.Duration
	for i := 1; i < samples; i++ { // a release can be rolled back once: b.N means nothing here
		floor = append(floor, f.toSafe(b, canaryName(i)))
		event := alarmEvents(b, 1, time.Now().Add(time.Second), func(int) string { return canaryName(i) + "-5xx" })
		began := time.Now()
		done := s.queues.feed(event)
		serin = append(serin, (<-wrote).Sub(began))
		<-done // the rollback is over
	}
	slices.Sort(serin)
	slices.Sort(floor)
	p50, p99, calls := ms(serin[len(serin)/2]), ms(serin[len(serin)*99/100]), ms(floor[len(floor)/2])
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(p50, "p50-ms")
	b.ReportMetric(p99, "p99-ms")
	b.ReportMetric(calls, "calls-ms")
	b.ReportMetric(p50/calls, "p50/calls")
	b.ReportMetric(p99/calls, "p99/calls")
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// toSafe is how long the calls before the write take, one after the other.
func (f *floor) toSafe(tb testing.TB, name string) time.Duration {
	tb.Helper()
	const queue = "floor"
	ctx := tb.Context()
	got := make(chan error, 1)
	waiting := f.s.queues.polls(queue)
	go func() {
		_, err := f.queue.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: aws.String(queueURL(queue)), MaxNumberOfMessages: 10, WaitTimeSeconds: 20})
		got <- err
	}()
	<-waiting
	began := time.Now()
	f.s.queues.put(queue, encoded("floor", strings.Repeat("x", 1500)))
	err := <-got
	if err == nil {
		err = f.work(ctx)
	}
	if err == nil {
		_, err = f.alias.GetAlias(ctx, &lambda.GetAliasInput{FunctionName: &name, Name: aws.String("live")})
	}
	if err != nil {
		tb.Fatal(err)
	}
	return time.Since(began)
}
