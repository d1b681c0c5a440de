package bench_test

import (
	"bytes"
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/serinhq/serin/internal/awstest"
)

// alarmEvents are n messages with ALARM events as CloudWatch words them, each later than the one before.
func alarmEvents(tb testing.TB, n int, from time.Time, alarm func(i int) string) [][]byte {
	tb.Helper()
	cw := awstest.NewCloudWatch(awstest.Account, awstest.Region, func() time.Time { return mark })
	cw.PutAlarm(awstest.AlarmSpec{Name: "THE-ALARM", Metrics: []awstest.AlarmMetric{{Namespace: "AWS/Lambda", Name: "Errors"}}})
	model := cw.SetState("THE-ALARM", "ALARM", "Threshold Crossed: 1 datapoint [7.0 (20/11/26 14:04:00)] was greater than the threshold (1.0).")
	stamp := regexp.MustCompile(`"state":{.*"timestamp":"(2001-[^"]+)"`).FindSubmatch(model)
	if stamp == nil {
		tb.Fatalf("the event does not show its time: %s", model)
	}
	out := make([][]byte, n)
	for i := range out {
		at := from.Add(time.Duration(i) * time.Millisecond).UTC().Format("2006-01-02T15:04:05.000-0700")
		body := bytes.ReplaceAll(model, []byte("THE-ALARM"), []byte(alarm(i)))
		body = bytes.ReplaceAll(body, stamp[1], []byte(at))
		out[i] = encoded(fmt.Sprint("message-", i), string(body))
	}
	return out
}

// mark is a time that no real event has.
var mark = time.Date(2001, 1, 2, 3, 4, 5, 678e6, time.UTC) //nolint:gochecknoglobals // constant

// guarding is the alarm of the i-th of n canaries, round and round.
func guarding(n int) func(i int) string {
	return func(i int) string { return canaryName(i%n) + "-5xx" }
}

func stranger(i int) string { return fmt.Sprint("somebody-elses-", i) }
