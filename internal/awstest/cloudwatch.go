package awstest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// CloudWatch answers CloudWatch's alarms, their history, mute rules and metric data (AWS note 1.4, 6) in rpc-v2-cbor, which
// the Go SDK speaks and moto does not (AWS note 8).
//
// It evaluates nothing: an alarm, composite ones too, changes when the test or SetAlarmState says so.
type CloudWatch struct {
	account, region string
	clock           func() time.Time

	mu      sync.Mutex
	alarms  map[string]*alarm // by name
	history []historyItem     // in order of happening
	mutes   map[string]MuteRule
	data    map[string][]Datapoint // by metric or expression
	put     []PutMetric
	events  emission
	others  map[string]*CloudWatch // the account's other regions
}

// NewCloudWatch returns the CloudWatch of one account and region, without alarms. A nil clock means time.Now.
func NewCloudWatch(account, region string, clock func() time.Time) *CloudWatch {
	if clock == nil {
		clock = time.Now
	}
	return &CloudWatch{
		account: account, region: region, clock: clock, alarms: map[string]*alarm{}, mutes: map[string]MuteRule{},
		data: map[string][]Datapoint{}, others: map[string]*CloudWatch{},
	}
}

// In returns the account's CloudWatch of a region; names of alarms are per account and region.
func (w *CloudWatch) In(region string) *CloudWatch {
	if region == w.region {
		return w
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.others[region] == nil {
		w.others[region] = NewCloudWatch(w.account, region, w.clock)
	}
	return w.others[region]
}

// Service implements StandIn.
func (*CloudWatch) Service() string { return "monitoring" }

// Operation implements StandIn.
func (w *CloudWatch) Operation(r *http.Request, _ []byte) string {
	name, ok := strings.CutPrefix(r.URL.Path, "/service/GraniteServiceVersion20100801/operation/")
	if !ok || w.operations()[name] == nil {
		return ""
	}
	return name
}

// cloudWatchOperation answers a decoded request with a document, and the resource IAM checks.
type cloudWatchOperation func(ask document, c Call) (answer document, resource string, refused *refusal)

func (w *CloudWatch) operations() map[string]cloudWatchOperation {
	return map[string]cloudWatchOperation{
		"DescribeAlarms":       w.describeAlarms,
		"DescribeAlarmHistory": w.describeAlarmHistory,
		"SetAlarmState":        w.setAlarmState,
		"GetMetricData":        w.getMetricData,
		"PutMetricData":        w.putMetricData,
		"ListAlarmMuteRules":   w.listMuteRules,
		"GetAlarmMuteRule":     w.getMuteRule,
	}
}

// Serve implements StandIn. An event that SetAlarmState causes goes to OnEvent's function, or waits for TakeEvents.
func (w *CloudWatch) Serve(c Call) Answer {
	if c.Region != w.region {
		w = w.In(c.Region)
	}
	w.mu.Lock()
	answer := w.answer(c)
	deliver, caused := w.events.deliver, []json.RawMessage(nil)
	if deliver != nil {
		caused = w.events.take()
	}
	w.mu.Unlock()
	for _, event := range caused {
		deliver(event)
	}
	return answer
}

func (w *CloudWatch) answer(c Call) Answer {
	operation := w.operations()[w.Operation(c.Request, c.Body)]
	if operation == nil {
		return refuseCBOR(refuse(http.StatusBadRequest, "UnknownOperationException", "unknown operation"), "*")
	}
	ask, err := readCBOR(c.Request, c.Body)
	if err != nil {
		return refuseCBOR(refuse(http.StatusBadRequest, "SerializationException", err.Error()), "*")
	}
	answer, resource, refused := operation(ask, c)
	if refused != nil {
		return refuseCBOR(refused, resource)
	}
	return answerCBOR(http.StatusOK, answer, nil, resource)
}

// now is the present in milliseconds, which is what CloudWatch keeps.
func (w *CloudWatch) now() time.Time { return w.clock().UTC().Truncate(time.Millisecond) }

func (w *CloudWatch) alarmARN(name string) string {
	return "arn:aws:cloudwatch:" + w.region + ":" + w.account + ":alarm:" + name
}

// invalidAlarmCall is the answer to a call that breaks a constraint of the API's model.
func invalidAlarmCall(format string, args ...any) *refusal {
	return refuse(http.StatusBadRequest, "ValidationException", fmt.Sprintf(format, args...))
}

// cutPage pages a list by NextToken and MaxRecords: 1–most, fifty when not said.
func cutPage[T any](ask document, items []T, most int) ([]T, any, *refusal) {
	size := ask.whole("MaxRecords", 50)
	if size < 1 || size > most {
		return nil, nil, invalidAlarmCall("MaxRecords must be between 1 and %d", most)
	}
	got, next, ok := page(items, ask.text("NextToken"), size)
	if !ok {
		return nil, nil, refuse(http.StatusBadRequest, "InvalidNextToken", "The next token specified is invalid.")
	}
	if next == "" {
		return got, nil, nil
	}
	return got, next, nil
}

var _ StandIn = (*CloudWatch)(nil)
