package awstest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// The account and the region of every World; moto knows no other account unless it is told.
const (
	Account = "123456789012"
	Region  = "us-east-1"
)

// Options say how a World is made. The zero value is a World with every engine that can be had.
type Options struct {
	// Seed of every injected fault, duplicate and reordering. The same seed and the same calls give the same faults.
	Seed uint64
	// NoEngines makes a World of stand-ins alone: no process is started, calls to any other service are refused.
	NoEngines bool
	// MotoDynamoDB has DynamoDB answered by moto even where DynamoDB Local can be had.
	MotoDynamoDB bool
	// ElasticMQ makes a World without moto: SQS is answered by an ElasticMQ of its own and DynamoDB by DynamoDB Local, calls
	// to any other service that has no stand-in are refused, and no rule leads to a queue.
	ElasticMQ bool
	// FrontWaits has the front wait in an ElasticMQ's place when a receive is a long poll, as it does for moto: a client that
	// is killed meanwhile takes no message with it.
	FrontWaits bool
	// NoteMessages has the ledger keep every message that was sent and deleted.
	NoteMessages bool
	// ForgetCalls numbers calls and runs hooks but keeps no record: for benchmarks with millions of calls.
	ForgetCalls bool
	// Clock stamps Call.At and Change.At, and is offered to stand-ins by World.Clock. Nil means time.Now.
	Clock func() time.Time
	// Failf hears of what went wrong inside the World itself: an engine that died, an engine that is required and
	// missing. Nil means the caller sees it only as the AWS error it got.
	Failf func(format string, args ...any)
}

// Option changes one of the Options of Start.
type Option func(*Options)

// WithSeed sets Options.Seed.
func WithSeed(seed uint64) Option { return func(o *Options) { o.Seed = seed } }

// WithoutEngines sets Options.NoEngines.
func WithoutEngines() Option { return func(o *Options) { o.NoEngines = true } }

// WithMotoDynamoDB sets Options.MotoDynamoDB.
func WithMotoDynamoDB() Option { return func(o *Options) { o.MotoDynamoDB = true } }

// World is one isolated AWS: a front, its engines, its stand-ins, its record. All methods are safe for concurrent use.
type World struct {
	opts    Options
	ctx     context.Context // lives as long as the World: calls outlive the clients that made them
	cancel  context.CancelFunc
	url     string
	server  *http.Server
	client  *http.Client    // to the engines
	sdk     *http.Transport // from the SDK clients to the front
	ledger  *Ledger
	record  record
	faults  faultBox
	hooks   hooks
	bus     bus
	moto    *process
	elastic *process // nil: moto answers SQS
	deleted sync.Map // receipt handles that ElasticMQ deleted
	handles sync.Map // receipt handle → MessageState, with Options.NoteMessages
	dynamo  dynamoRoute
	rules   sync.RWMutex // moto goes through its rules without one: no stack may change them meanwhile

	mu       sync.Mutex
	standIns map[string]StandIn
}

// Start opens a World that ends with the test. A World that needs an engine this machine cannot have ends the test
// with a line in the not-run report; under SERIN_REQUIRE_ENGINES=1 that is a failure.
func Start(tb testing.TB, opts ...Option) *World {
	tb.Helper()
	o := Options{Failf: tb.Errorf}
	for _, opt := range opts {
		opt(&o)
	}
	w, err := Open(tb.Context(), o)
	if missing := (*Missing)(nil); errors.As(err, &missing) {
		NotRun(tb, missing)
	}
	if err != nil {
		tb.Fatalf("open the test AWS: %v", err)
	}
	tb.Cleanup(func() {
		if err := w.Close(); err != nil {
			tb.Errorf("close the test AWS: %v", err)
		}
	})
	return w
}

// Open starts a World that lives until Close; ctx bounds only the opening. The error is or wraps *Missing when this
// machine cannot have moto, or the ElasticMQ that was asked for.
func Open(ctx context.Context, o Options) (*World, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Failf == nil {
		o.Failf = func(string, ...any) {}
	}
	w := &World{opts: o, ledger: NewLedger(o.Clock), standIns: make(map[string]StandIn), client: newEngineClient(), sdk: newTransport()}
	w.record.forget = o.ForgetCalls
	w.dynamo.slots = make(chan struct{}, dynamoAtOnce)
	w.ctx, w.cancel = context.WithCancel(context.WithoutCancel(ctx))
	if err := w.startEngines(ctx); err != nil {
		return nil, err
	}
	return w, w.listen(ctx)
}

// startEngines starts what the Options ask for. DynamoDB Local is started by the first call for it.
func (w *World) startEngines(ctx context.Context) (err error) {
	switch {
	case w.opts.ElasticMQ:
		engines.retain()
		if w.elastic, err = startElasticMQ(ctx); err != nil {
			engines.release()
		}
	case !w.opts.NoEngines:
		engines.retain()
		if w.moto, err = engines.takeMoto(ctx); err != nil {
			engines.release()
		}
	}
	return err
}

func (w *World) listen(ctx context.Context) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return errors.Join(fmt.Errorf("listen for the front: %w", err), w.Close())
	}
	w.url = "http://" + l.Addr().String()
	w.server = &http.Server{Handler: http.HandlerFunc(w.serve), ReadHeaderTimeout: time.Minute}
	go func() { _ = w.server.Serve(l) }() // returns when Close closes the server
	return nil
}

// Close ends the front and gives back or ends the engines. Calls under way are cut.
func (w *World) Close() error {
	w.cancel()
	var err error
	if w.server != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		if err = w.server.Shutdown(ctx); errors.Is(err, context.DeadlineExceeded) {
			err = w.server.Close()
		}
		w.record.wait()
	}
	w.sdk.CloseIdleConnections()
	w.client.CloseIdleConnections()
	if w.elastic != nil {
		w.elastic.stop()
		w.elastic = nil
		engines.release()
	}
	if w.moto != nil {
		engines.giveMoto(w.moto)
		w.moto = nil
		engines.release()
	}
	return err
}

// Register routes the stand-in's service to it. A later one for the same service takes its place.
func (w *World) Register(s StandIn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.standIns[s.Service()] = s
}

// standIn is who answers the call; nil leaves it to an engine.
func (w *World) standIn(c Call) StandIn {
	w.mu.Lock()
	stand := w.standIns[c.Service]
	w.mu.Unlock()
	if part, ok := stand.(Partial); ok {
		c.Request = requestCopy(c)
		if !part.Takes(c) {
			return nil
		}
	}
	return stand
}

// Endpoint is the front's URL, to be used as AWS_ENDPOINT_URL.
func (w *World) Endpoint() string { return w.url }

// Ledger is where stand-ins write what was really applied.
func (w *World) Ledger() *Ledger { return w.ledger }

// Clock is the World's clock.
func (w *World) Clock() func() time.Time { return w.opts.Clock }

// Calls returns every call so far, in the order the front received them. A call still under way has Status 0.
func (w *World) Calls() []Call { return w.record.calls() }

// Changes returns what was really applied so far, in order.
func (w *World) Changes() []Change { return w.ledger.Changes() }
