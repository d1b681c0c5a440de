package awstest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// Env is the environment a process needs to use this World as actor. Actor becomes the access key id, so that the
// record shows who called; it is letters, digits, dot, dash and underscore, and anything else panics.
func (w *World) Env(actor string) []string {
	mustBeActor(actor)
	return []string{
		"AWS_ENDPOINT_URL=" + w.url,
		"AWS_REGION=" + Region,
		"AWS_DEFAULT_REGION=" + Region,
		"AWS_ACCESS_KEY_ID=" + actor,
		"AWS_SECRET_ACCESS_KEY=not-a-secret",
		"AWS_SESSION_TOKEN=",
		"AWS_PROFILE=",
		"AWS_CONFIG_FILE=" + os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull,
		"AWS_EC2_METADATA_DISABLED=true",
	}
}

// Config is the configuration of an SDK client in this process that calls as actor. Clients of one World share its connections.
func (w *World) Config(actor string) aws.Config {
	mustBeActor(actor)
	return clientConfig(w.url, actor, w.sdk)
}

func clientConfig(endpoint, accessKey string, transport *http.Transport) aws.Config {
	return aws.Config{
		Region:       Region,
		BaseEndpoint: aws.String(endpoint),
		Credentials:  credentials.NewStaticCredentialsProvider(accessKey, "not-a-secret", ""),
		HTTPClient:   &http.Client{Transport: privateBody{transport}},
	}
}

func mustBeActor(actor string) {
	if !regexp.MustCompile(`^[A-Za-z0-9._-]+$`).MatchString(actor) {
		panic(fmt.Sprintf("awstest: %q cannot be an access key id", actor))
	}
}

// privateBody sends a private copy of the request body. The SDK closes the body as soon as the call returns; against a
// server on loopback, which may answer before the body's end was seen, net/http takes that for a failed write and cuts
// the connection under the response.
type privateBody struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (p privateBody) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return p.next.RoundTrip(r)
	}
	body, err := io.ReadAll(r.Body)
	if cerr := r.Body.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, fmt.Errorf("read the request body: %w", err)
	}
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	r.ContentLength = int64(len(body))
	return p.next.RoundTrip(r)
}

// newTransport is a transport that never uses a proxy and never touches a response's encoding.
func newTransport() *http.Transport {
	return &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}
}

func newEngineClient() *http.Client { return &http.Client{Transport: newTransport()} }

// hooks are functions of the test that run inside every call.
type hooks struct {
	mu            sync.Mutex
	before, after []func(Call)
}

// Before has f called with every call, numbered, before anything is decided about it or applied. The call waits for f,
// which may kill the caller.
func (w *World) Before(f func(Call)) {
	w.hooks.mu.Lock()
	defer w.hooks.mu.Unlock()
	w.hooks.before = append(w.hooks.before, f)
}

// After has f called with every call once it was applied or refused (Call.Fault, Call.Status), before it is answered.
// The answer waits for f, which may kill the caller.
func (w *World) After(f func(Call)) {
	w.hooks.mu.Lock()
	defer w.hooks.mu.Unlock()
	w.hooks.after = append(w.hooks.after, f)
}

func (h *hooks) runBefore(c Call) { h.run(&h.before, c) }
func (h *hooks) runAfter(c Call)  { h.run(&h.after, c) }

func (h *hooks) run(list *[]func(Call), c Call) {
	h.mu.Lock()
	fs := *list
	h.mu.Unlock()
	for _, f := range fs {
		f(c)
	}
}
