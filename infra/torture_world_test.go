package infra_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"golang.org/x/sync/errgroup"

	"github.com/serinhq/serin/internal/awstest"
)

// What the workers of a torture run with: short, so that a crash costs seconds, and yet long for a busy machine.
const (
	tortureLease   = 6 * time.Second
	tortureTimeout = 2 * time.Second
	// tortureLag is how long a call may be held back before it is applied.
	tortureLag = 1500 * time.Millisecond
	// operators is how many people give a command line at a time.
	operators = 8
	// tortureReceives is the template's maxReceiveCount.
	tortureReceives = 20
)

// torment is one run of the torture.
type torment struct {
	*stage
	seed   uint64
	dice   *rand.Rand // of the plan
	length time.Duration
	trials []*trial
	logs   string        // the folder of what the workers said
	took   time.Duration // until everything had settled

	posting sync.WaitGroup
	tally   tortureTally
	fates   map[string]*rand.Rand // what becomes of a trial's events; under tally's lock
	verbs   *errgroup.Group
	results chan *round // whose command line has ended

	// What the driver knows, from the ledger and the table's index.
	read        int                        // changes read so far
	movers      map[string]mover           // by resource
	from, shown map[string]string          // by resource: as the round began, and now
	asked       map[string]map[string]bool // by deployment
	points      map[string]awstest.DeploymentPoint
	phases      map[string]map[string]bool // by canary: where its releases stand
	ended       map[string]int             // by canary
}

// newTorment opens a world without moto, which is too slow for this, and installs Serin in it.
func newTorment(t *testing.T, seed uint64, length time.Duration) *torment {
	t.Helper()
	c := ownCloud(t, awstest.Options{ElasticMQ: true, FrontWaits: true, NoteMessages: true, Seed: seed, Failf: t.Errorf})
	c.Register(announcements{})
	x := &torment{
		seed: seed, dice: seeded(seed, "plan"), fates: map[string]*rand.Rand{}, length: length, results: make(chan *round, 1000), verbs: &errgroup.Group{},
		movers: map[string]mover{}, from: map[string]string{}, shown: map[string]string{}, asked: map[string]map[string]bool{},
		points: map[string]awstest.DeploymentPoint{}, phases: map[string]map[string]bool{}, ended: map[string]int{},
	}
	x.verbs.SetLimit(operators)
	x.tally.recorded = map[string]time.Time{}
	x.tally.faults, x.tally.made, x.tally.away = map[string]int{}, map[string]int{}, map[string]int{}
	c.After(x.tally.note)
	x.stage = c.furnish(t, "torture", x.installed(t, c))
	x.workerSettings["SERIN_LEASE"], x.workerSettings["SERIN_CALL_TIMEOUT"] = tortureLease.String(), tortureTimeout.String()
	x.workerSettings["SERIN_RESYNC"], x.workerSettings["SERIN_LOG_LEVEL"] = "15s", "info"
	logs, err := os.MkdirTemp("", "serin-torture-") //nolint:usetesting // it is kept when the run fails
	if err != nil {
		t.Fatal(err)
	}
	x.logs = logs
	t.Cleanup(func() {
		x.posting.Wait()
		if !t.Failed() {
			_ = os.RemoveAll(logs) // what stays there does no harm
			return
		}
		t.Logf("what the workers said is in %s", filepath.Clean(logs))
	})
	return x
}

// installed makes the template's table and its three queues.
func (*torment) installed(t *testing.T, c *cloud) map[string]string {
	t.Helper()
	template := resolve(t, map[string]string{"Name": "torture"})
	queues := sqs.NewFromConfig(c.Config("installer"))
	queue := func(id string, attributes map[string]string) string {
		p := template.properties(id)
		made, err := queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String(p.at("QueueName").text()), Attributes: attributes})
		if err != nil {
			t.Fatal(err)
		}
		return *made.QueueUrl
	}
	dead := queue("DeadLetterQueue", nil)
	live := map[string]string{
		"VisibilityTimeout": "60",
		"RedrivePolicy": fmt.Sprintf(`{"deadLetterTargetArn":"arn:aws:sqs:%s:%s:torture-dead-letters","maxReceiveCount":%d}`,
			awstest.Region, awstest.Account, tortureReceives),
	}
	table := tableOf(t, template)
	if _, err := dynamodb.NewFromConfig(c.Config("installer")).CreateTable(t.Context(), table); err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"TableName": *table.TableName, "DeadLetterQueueUrl": dead,
		"QueueUrl": queue("EventQueue", live), "CommandQueueUrl": queue("CommandQueue", live),
	}
}
