package bench_test

import (
	"cmp"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/serinhq/serin/internal/awstest"
)

// front is an AWS of stand-ins alone that answer at once, over real HTTP.
type front struct {
	url string
	// delay is added to every call, in nanoseconds.
	delay atomic.Int64
	// dial is how clients reach it; nil: the network.
	dial func(ctx context.Context, network, addr string) (net.Conn, error)

	standIns map[string]awstest.StandIn
	mu       sync.Mutex
	counts   map[string]int
	hear     func(awstest.Call)
}

func newFront(standIns ...awstest.StandIn) *front {
	f := &front{standIns: map[string]awstest.StandIn{}, counts: map[string]int{}}
	for _, s := range append(standIns, identity{}, bus{}) {
		f.standIns[s.Service()] = s
	}
	return f
}

// serve answers on the listener until the test ends.
func (f *front) serve(tb testing.TB, l net.Listener) {
	tb.Helper()
	f.url = "http://" + l.Addr().String()
	server := &http.Server{Handler: f, ReadHeaderTimeout: time.Minute}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l) // until Close
	}()
	tb.Cleanup(func() {
		_ = server.Close()
		<-done
	})
}

func (f *front) listen(tb testing.TB) {
	tb.Helper()
	l, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	f.serve(tb, l)
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	c := awstest.Call{Request: r, Body: body, At: time.Now()}
	_, scope, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	if parts := strings.SplitN(scope, "/", 5); len(parts) == 5 {
		c.Actor, c.Region, c.Service = parts[0], parts[2], parts[3]
	}
	s := f.standIns[c.Service]
	if s == nil {
		http.Error(w, "no stand-in for "+c.Service, http.StatusNotImplemented)
		return
	}
	c.Operation = s.Operation(r, body)
	f.mu.Lock()
	f.counts[c.Service+":"+c.Operation]++
	hear := f.hear
	f.mu.Unlock()
	if hear != nil {
		hear(c)
	}
	a := s.Serve(c)
	if d := f.delay.Load(); d > 0 {
		pause(r.Context(), time.Duration(d))
	}
	h := w.Header()
	maps.Copy(h, a.Header)
	h.Set("Content-Length", strconv.Itoa(len(a.Body)))
	w.WriteHeader(cmp.Or(a.Status, http.StatusOK))
	_, _ = w.Write(a.Body)
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// called is how often operations of which the name begins so were called.
func (f *front) called(prefix string) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for name, count := range f.counts {
		if strings.HasPrefix(name, prefix) {
			n += count
		}
	}
	return n
}

// onCall has hear told of every call as it arrives; nil: nobody.
func (f *front) onCall(hear func(awstest.Call)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hear = hear
}

// taken are the calls since the last time, by service and operation.
func (f *front) taken() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	was := f.counts
	f.counts = map[string]int{}
	return was
}

// config is an SDK configuration for actor.
func (f *front) config(tb testing.TB, actor string) aws.Config {
	tb.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 128, DisableCompression: true, DialContext: f.dial}
	tb.Cleanup(transport.CloseIdleConnections)
	return aws.Config{
		Region: awstest.Region, BaseEndpoint: &f.url, HTTPClient: &http.Client{Transport: ownBody{transport}},
		Credentials: credentials.NewStaticCredentialsProvider(actor, "not-a-secret", ""),
	}
}

// ownBody gives a request a private copy of its body: the SDK closes its own as soon as it has an answer, which
// net/http, where the answer was quicker than the request, takes for a broken write.
type ownBody struct{ next http.RoundTripper }

func (o ownBody) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		return o.next.RoundTrip(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	return o.next.RoundTrip(r)
}

func wireOperation(r *http.Request) string {
	t := r.Header.Get("X-Amz-Target")
	return t[strings.LastIndexByte(t, '.')+1:]
}

func jsonAnswer(body []byte) awstest.Answer {
	return awstest.Answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: body}
}

// bus takes every event.
type bus struct{}

func (bus) Service() string                            { return "events" }
func (bus) Operation(r *http.Request, _ []byte) string { return wireOperation(r) }
func (bus) Serve(awstest.Call) awstest.Answer {
	return jsonAnswer([]byte(`{"Entries":[],"FailedEntryCount":0}`))
}

// identity is STS.
type identity struct{}

func (identity) Service() string                        { return "sts" }
func (identity) Operation(*http.Request, []byte) string { return "GetCallerIdentity" }
func (identity) Serve(c awstest.Call) awstest.Answer {
	return awstest.Answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/xml"}}, Body: []byte(
		`<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::` +
			awstest.Account + `:user/` + c.Actor + `</Arn><UserId>` + c.Actor + `</UserId><Account>` + awstest.Account +
			`</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`)}
}
