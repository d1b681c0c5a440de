package awstest

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/elasticbeanstalk/types"
)

// Beanstalk stands in for Elastic Beanstalk's environments and their traffic-splitting updates, by AWS note 3.13: one
// update at a time, which can only be waited for or aborted.
//
// Updates go on when a test says Advance; only an abort ends by itself, after some reads.
type Beanstalk struct {
	account, region string
	ledger          *Ledger
	clock           func() time.Time

	mu           sync.Mutex
	environments []*beanstalkEnvironment
	abortLag     int
	events       emission
}

// EnvironmentState is what a call left an environment in, in the ledger under "environment-update" and
// "environment-abort".
type EnvironmentState struct {
	Application, Environment string
	// Status is Beanstalk's word: Ready, Updating, Aborting, ….
	Status types.EnvironmentStatus
	// VersionLabel is the application version the environment has, or is being given.
	VersionLabel string
	// WeightPct is the new version's share of the requests while an update splits them, in percent.
	WeightPct float64
}

type beanstalkEnvironment struct {
	application, id, name string
	settings              EnvironmentOptions
	status                types.EnvironmentStatus
	version, before       string // what it has or is given, and what it had
	pct                   float64
	evaluated             bool // the new version has served its share for EvaluationMinutes
	aborting              int  // reads left until an abort has ended
	created, updated      time.Time
	log                   []beanstalkEvent // newest first
}

type beanstalkEvent struct {
	at                time.Time
	severity, message string
}

var _ StandIn = (*Beanstalk)(nil)

// NewBeanstalk returns a Beanstalk without environments. What is applied goes to ledger; a nil clock means time.Now.
func NewBeanstalk(account, region string, ledger *Ledger, clock func() time.Time) *Beanstalk {
	if clock == nil {
		clock = time.Now
	}
	return &Beanstalk{account: account, region: region, ledger: ledger, clock: clock, abortLag: 1}
}

// Service is the signing name.
func (*Beanstalk) Service() string { return "elasticbeanstalk" }

// Operation implements StandIn.
func (b *Beanstalk) Operation(_ *http.Request, body []byte) string {
	name := readForm(body)["Action"]
	if b.operations()[name] == nil {
		return ""
	}
	return name
}

// beanstalkOperation answers a decoded form with its result and the resource IAM checks.
type beanstalkOperation func(ask form, actor string) (form, string, *refusal)

func (b *Beanstalk) operations() map[string]beanstalkOperation {
	return map[string]beanstalkOperation{
		"DescribeEnvironments":          b.describeEnvironments,
		"DescribeEvents":                b.describeEvents,
		"DescribeConfigurationSettings": b.describeSettings,
		"UpdateEnvironment":             b.updateEnvironment,
		"AbortEnvironmentUpdate":        b.abortUpdate,
	}
}

// Serve applies the call. Events it causes go to OnEvent's function, or wait for TakeEvents.
func (b *Beanstalk) Serve(c Call) Answer {
	b.mu.Lock()
	ask := readForm(c.Body)
	name := ask["Action"]
	answer := beanstalkAPI.answer("", nil, queryInvalid("InvalidAction", "Could not find operation "+name+" for version 2010-12-01"), "*")
	if operation := b.operations()[name]; operation != nil {
		result, resource, refused := operation(ask, c.Actor)
		answer = beanstalkAPI.answer(name, result, refused, resource)
	}
	deliver, caused := b.events.heard()
	b.mu.Unlock()
	for _, event := range caused {
		deliver(event)
	}
	return answer
}

// TakeEvents returns the events that API calls have caused since it was last asked, in order.
func (b *Beanstalk) TakeEvents() []json.RawMessage {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.events.take()
}

// OnEvent hands each event that an API call causes to deliver, after the call was applied and before it is answered.
func (b *Beanstalk) OnEvent(deliver func(json.RawMessage)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events.deliver = deliver
}

// AbortLag sets how many reads of an environment show Aborting before the abort has ended; 1 at first.
func (b *Beanstalk) AbortLag(reads int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.abortLag = reads
}
