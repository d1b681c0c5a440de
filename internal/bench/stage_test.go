package bench_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	codepipelineapi "github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/canaryfile"
	"github.com/serinhq/serin/internal/check"
	cloudwatchadapter "github.com/serinhq/serin/internal/cloudwatch"
	"github.com/serinhq/serin/internal/codepipeline"
	"github.com/serinhq/serin/internal/deployment"
	"github.com/serinhq/serin/internal/dynamostore"
	"github.com/serinhq/serin/internal/event"
	"github.com/serinhq/serin/internal/eventbus"
	"github.com/serinhq/serin/internal/sqsqueue"
	"github.com/serinhq/serin/internal/target"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

const tableName = "serin"

// stage is a test AWS that answers at once, and a table on it.
type stage struct {
	*front
	tb        testing.TB
	table     *table
	queues    *queues
	functions *awstest.Lambda
	alarms    *awstest.CloudWatch
	pipelines *awstest.CodePipeline
	deploys   *awstest.CodeDeploy
	store     *dynamostore.Store
}

// newStage answers on loopback.
func newStage(tb testing.TB) *stage {
	tb.Helper()
	return heard(tb, unheard(tb))
}

func heard(tb testing.TB, s *stage) *stage {
	tb.Helper()
	s.listen(tb)
	s.store = dynamostore.New(dynamodb.NewFromConfig(s.config(tb, "setup")), tableName)
	return s
}

// unheard is a stage that nobody can call yet.
func unheard(tb testing.TB) *stage {
	tb.Helper()
	return unheardAt(tb, time.Now)
}

// unheardAt has a clock of its own for the alarms.
func unheardAt(tb testing.TB, alarms func() time.Time) *stage {
	tb.Helper()
	ledger := awstest.NewLedger(time.Now)
	s := &stage{
		tb: tb, table: newTable(), queues: newQueues(),
		functions: awstest.NewLambda(awstest.Account, awstest.Region, ledger, time.Now),
		alarms:    awstest.NewCloudWatch(awstest.Account, awstest.Region, alarms),
		pipelines: awstest.NewCodePipeline(awstest.Account, awstest.Region, ledger, time.Now),
		deploys:   awstest.NewCodeDeploy(awstest.Account, awstest.Region, ledger, time.Now),
	}
	s.front = newFront(s.table, s.queues, s.functions, s.alarms, s.pipelines, s.deploys)
	return s
}

// clients makes SDK clients of one configuration.
type clients struct {
	cfg  aws.Config
	mu   sync.Mutex
	made map[string]any
}

func (c *clients) Client(service, region string, open func(aws.Config) any) any {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.made[service+region] == nil {
		c.made[service+region] = open(c.cfg)
	}
	return c.made[service+region]
}

// loop is Serin: the loop on its real adapters. It writes its log lines, but nowhere.
func (s *stage) loop(change func(*worker.Options)) *worker.Loop {
	s.tb.Helper()
	cfg := s.config(s.tb, "worker")
	all := &clients{cfg: cfg, made: map[string]any{}}
	queue, watch := sqs.NewFromConfig(cfg), cloudwatch.NewFromConfig(cfg)
	o := worker.Options{
		ID: "worker", Store: dynamostore.New(dynamodb.NewFromConfig(cfg), tableName),
		Events: sqsqueue.Events(queue, queueURL(eventQueue)), Commands: sqsqueue.Commands(queue, queueURL(commandQueue)),
		Decoder: event.NewDecoder(event.Options{Accounts: []string{awstest.Account}, Regions: []string{awstest.Region}}),
		Targets: target.New(all), Deployments: deployment.New(all), Checks: check.New(all), Pipeline: codepipeline.New(codepipelineapi.NewFromConfig(cfg)),
		Alarms: cloudwatchadapter.NewAlarms(watch), Meter: cloudwatchadapter.NewMeter(watch, tableName),
		Announcer: eventbus.New(eventbridge.NewFromConfig(cfg), "default"),
		Metrics:   worker.NewMetrics(prometheus.NewRegistry()),
		Log:       zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), zapcore.AddSync(io.Discard), zapcore.InfoLevel)),
	}
	if change != nil {
		change(&o)
	}
	l, err := worker.New(o)
	if err != nil {
		s.tb.Fatal(err)
	}
	return l
}

// run runs a loop until the test ends; it is there once it waits for messages.
func (s *stage) run(l *worker.Loop) {
	s.tb.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(s.tb.Context()))
	ended := make(chan error, 1)
	waits := make(chan struct{})
	var once sync.Once
	s.onCall(func(c awstest.Call) {
		if c.Operation == "ReceiveMessage" && bytes.Contains(c.Body, []byte(eventQueue)) {
			once.Do(func() { close(waits) })
		}
	})
	go func() { ended <- l.Run(ctx) }()
	<-waits
	s.onCall(nil)
	s.quiet()
	s.tb.Cleanup(func() {
		cancel()
		s.queues.close()
		if err := <-ended; err != nil {
			s.tb.Errorf("run: %v", err)
		}
	})
}

// quiet returns once nothing but long polls was called for a while: the first sweep is over.
func (s *stage) quiet() {
	for was, n := -1, 0; n != was; pause(s.tb.Context(), 300*time.Millisecond) {
		was, n = n, s.called("")
	}
}

// file is a canary on a Lambda alias, started by hand.
const file = `schema: 1
name: NAME
trigger: manual
targets:
  - lambda: {function: NAME, alias: live}
steps:
  - {weight: 5, bake: 10h}
  - {weight: 25, bake: 30m}
  - {weight: 50, bake: 15m}
  - {weight: 100, bake: 15m}
alarms: [NAME-5xx, NAME-p99]
`

func plan(tb testing.TB, text, name string) statemachine.Plan {
	tb.Helper()
	f, err := canaryfile.Load(name+".yaml", []byte(strings.ReplaceAll(text, "NAME", name)))
	if err != nil {
		tb.Fatal(err)
	}
	p := f.Plan
	for i := range p.Targets {
		kind, ok := target.New(nil).Kind(p.Targets[i].Kind)
		if !ok {
			tb.Fatalf("no target of kind %s", p.Targets[i].Kind)
		}
		p.Targets[i].Traits = kind.Traits
	}
	return p
}

// canaryName of the i-th.
func canaryName(i int) string { return fmt.Sprintf("canary-%05d", i) }

// canaries applies n canaries, each with a function, two alarms that are OK, and, unless begin is nil, a release that it makes.
func (s *stage) canaries(n int, begin func(p statemachine.Plan, id string, at time.Time) statemachine.Release) {
	s.tb.Helper()
	at := time.Now().UTC().Truncate(time.Millisecond)
	var all sync.WaitGroup
	turn := make(chan struct{}, 2*runtime.GOMAXPROCS(0))
	first := plan(s.tb, file, canaryName(0))
	text := encodeJSON(s.tb, first)
	for i := range n {
		name := canaryName(i)
		p := decodeJSON[statemachine.Plan](s.tb, strings.ReplaceAll(text, canaryName(0), name))
		turn <- struct{}{}
		all.Go(func() {
			defer func() { <-turn }()
			s.furnish(name)
			d := worker.Definition{Plan: p, AppliedAt: at, AppliedBy: "bench", File: strings.ReplaceAll(file, "NAME", name)}
			if _, err := s.store.Apply(s.tb.Context(), d, 0); err != nil {
				s.tb.Error(err)
				return
			}
			if begin != nil {
				s.keep(begin(p, releaseID(i), at))
			}
		})
	}
	all.Wait()
}

func releaseID(i int) string { return fmt.Sprintf("01KABENCH%017d", i) }

// furnish makes a function whose alias shows version 1, its version 2, and its alarms.
func (s *stage) furnish(name string) {
	s.functions.CreateFunction(name, awstest.FunctionConfig{Code: "one"})
	s.functions.CreateAlias(name, "live", s.functions.PublishVersion(name, nil))
	s.functions.PublishVersion(name, func(c *awstest.FunctionConfig) { c.Code = "two" })
	for _, alarm := range []string{name + "-5xx", name + "-p99"} {
		s.alarms.PutAlarm(awstest.AlarmSpec{Name: alarm, Metrics: []awstest.AlarmMetric{{
			Namespace: "AWS/Lambda", Name: "Errors", Dimensions: map[string]string{"FunctionName": name},
		}}})
		s.alarms.SetState(alarm, "OK", "Threshold Crossed: no datapoints were greater than the threshold.")
		s.alarms.SetReporting(alarm, true)
	}
}

// keep stores a release as if it had come to where it is, announced.
func (s *stage) keep(r statemachine.Release) {
	rev := r.Rev
	for r.Rev = 1; r.Rev <= rev; r.Rev += max(1, rev-1) {
		c := worker.Commit{OpID: fmt.Sprint(r.ID, "/", r.Rev), By: "bench", At: r.UpdatedAt, Saves: []worker.Save{{
			Next: r, Entry: statemachine.Entry{Seq: r.Rev, At: r.UpdatedAt, To: r.Phase, Reason: statemachine.Reason{
				Code: statemachine.CodeCreated, Cause: statemachine.Cause{Kind: statemachine.CauseCommand, ID: "bench"}}},
		}}}
		if r.Rev == 1 {
			c.Slot = &statemachine.Slot{Canary: r.Canary, Active: r.ID}
		} else {
			c.Saves[0].WasRev = 1
		}
		if err := s.store.Commit(s.tb.Context(), c); err != nil {
			s.tb.Error(err)
		}
		if rev == 1 {
			break
		}
	}
	if err := s.store.Announced(s.tb.Context(), worker.Ref{Canary: r.Canary, ID: r.ID}, rev, false); err != nil {
		s.tb.Error(err)
	}
}
