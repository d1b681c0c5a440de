package worker

import (
	"errors"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"
	"go.uber.org/zap"
	"golang.org/x/time/rate"

	"github.com/serinhq/serin/statemachine"
)

// Options are the loop's ports and settings.
type Options struct {
	// ID names this worker in the table and in logs. Required.
	ID string
	// Version is the program's, for the worker's item.
	Version string

	Events, Commands Queue
	Decoder          Decoder
	Store            Store
	Targets          Targets
	Deployments      Deployments
	Checks           Checks
	Pipeline         Pipeline
	Alarms           Alarms
	Announcer        Announcer
	Meter            Meter
	Log              *zap.Logger
	Metrics          *Metrics

	// Lease is how long this worker owns the orders it made or claimed. Default
	// 15s; at least three call timeouts. Recorded in every release it creates.
	Lease time.Duration
	// CallTimeout binds every call but Receive, retries included. Default 5s.
	CallTimeout time.Duration
	// Resync is how often every running release, watched gate and watched
	// deployment group is looked at again. Default 60s.
	Resync time.Duration
	// Drain is how long work may go on after the end was asked for. Default 30s;
	// at least Poll plus CallTimeout.
	Drain time.Duration
	// Poll is the long poll of a receive. Default and most 20s.
	Poll time.Duration
	// Rates are reads a second the sweep may make, by API. Default [DefaultRates].
	Rates map[string]float64

	// Clock is what decisions, leases and calls go by; nil is time.Now. NewID makes
	// the ids of saves, looks and releases, each unique; nil is a ULID. An explorer
	// steps the one and replays the other; [Loop.Run] keeps real time.
	Clock func() time.Time
	NewID func() string
}

// DefaultRates are the sweep's reads a second by API: shares of AWS's own limits
// (Lambda 15/s for all management calls, DescribeAlarms 9/s, ELB 10/s).
func DefaultRates() map[string]float64 {
	return map[string]float64{
		"alarms": 1, "pipeline": 1, "lambda": 3, "elb": 2, "codedeploy": 1, "codebuild": 1, "ecs": 2,
		"apigateway": 2, "lattice": 2, "route53": 1, "s3": 3, "cloudfront": 1,
	}
}

func (o *Options) defaults() {
	fill := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	fill(&o.Lease, 15*time.Second)
	fill(&o.CallTimeout, 5*time.Second)
	fill(&o.Resync, time.Minute)
	fill(&o.Drain, 30*time.Second)
	fill(&o.Poll, 20*time.Second)
	if o.Rates == nil {
		o.Rates = DefaultRates()
	}
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	if o.Metrics == nil {
		o.Metrics = NewMetrics(nil)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.NewID == nil {
		o.NewID = func() string { return ulid.Make().String() }
	}
}

// Validate reports every setting that can't work, all at once.
func (o *Options) Validate() error {
	var wrong []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Errorf(format, args...))
		}
	}
	check(o.ID != "", "worker id is empty")
	check(o.Lease >= 3*o.CallTimeout, "SERIN_LEASE is %s, must be at least three times SERIN_CALL_TIMEOUT (%s)", o.Lease, o.CallTimeout)
	check(o.Drain >= o.Poll+o.CallTimeout, "SERIN_DRAIN is %s, must be at least the long poll (%s) plus SERIN_CALL_TIMEOUT (%s)", o.Drain, o.Poll, o.CallTimeout)
	check(o.Resync > 0, "SERIN_RESYNC is %s, must be above zero", o.Resync)
	check(o.CallTimeout > 0, "SERIN_CALL_TIMEOUT is %s, must be above zero", o.CallTimeout)
	check(o.Store != nil && o.Events != nil && o.Commands != nil && o.Decoder != nil && o.Targets != nil &&
		o.Deployments != nil && o.Checks != nil && o.Pipeline != nil && o.Alarms != nil && o.Announcer != nil && o.Meter != nil, "a port is missing")
	return errors.Join(wrong...)
}

// Loop drives releases through the ports. Make one with [New]; its methods are
// safe for concurrent use.
type Loop struct {
	o       Options
	log     *zap.Logger
	metrics *Metrics
	index   *index
	budgets map[string]*rate.Limiter
	// memory holds rollbacks this worker saved and owns, for when the table is gone.
	memory memory
	// fan runs do(0…n-1); one after the other unless Run set it.
	fan func(n int, do func(i int))
	// wakeUp tells the scheduler when a release needs attention; nil outside Run.
	wakeUp func(ref Ref, at time.Time)
	// gather keeps what is to be announced for a moment; nil outside Run.
	gather func(n news)
	// table remembers whether the table answers.
	table *table
}

// New makes a loop. It makes no call.
func New(o Options) (*Loop, error) {
	o.defaults()
	if err := o.Validate(); err != nil {
		return nil, fmt.Errorf("configure worker: %w", err)
	}
	l := &Loop{
		o: o, log: o.Log, metrics: o.Metrics, index: newIndex(), budgets: map[string]*rate.Limiter{},
		fan: func(n int, do func(i int)) {
			for i := range n {
				do(i)
			}
		},
		wakeUp: func(Ref, time.Time) {},
		table:  newTable(o.Metrics),
	}
	for api, perSecond := range o.Rates {
		l.budgets[api] = rate.NewLimiter(rate.Limit(perSecond), max(1, int(perSecond)))
	}
	return l, nil
}

// now is the time that decisions are made with: UTC, whole milliseconds, as the
// table keeps it.
func (l *Loop) now() time.Time { return l.o.Clock().UTC().Truncate(time.Millisecond) }

func refOf(r statemachine.Release) Ref { return Ref{Canary: r.Canary, ID: r.ID} }
