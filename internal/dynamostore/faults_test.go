package dynamostore_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// wire is an HTTP client between the SDK and an engine. It keeps the requests to
// one operation and does to them what its lever says.
type wire struct {
	next      aws.HTTPClient
	operation string
	// lose cuts the answers of so many calls after they were applied.
	lose int
	// answers are given instead of calling at all, in turn; the last one for ever
	// if forever is set.
	answers []string
	forever bool

	mu   sync.Mutex
	sent []string
}

func (w *wire) Do(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+w.operation) {
		return w.next.Do(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	lost, answer := w.took(string(body))
	if answer != "" {
		return &http.Response{
			StatusCode: http.StatusBadRequest, ProtoMajor: 1, ProtoMinor: 1, Request: r,
			Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
			Body:   io.NopCloser(strings.NewReader(answer)),
		}, nil
	}
	response, err := w.next.Do(r)
	if err != nil || !lost {
		return response, err
	}
	return nil, errors.Join(errors.New("connection reset by peer"), response.Body.Close())
}

// took notes a request and says what becomes of it.
func (w *wire) took(body string) (lost bool, answer string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, body)
	if len(w.answers) > 0 {
		answer = w.answers[0]
		if len(w.answers) > 1 || !w.forever {
			w.answers = w.answers[1:]
		}
		return false, answer
	}
	w.lose--
	return w.lose >= 0, ""
}

// client is an SDK client over the wire that retries at once.
func (w *wire) client(cfg aws.Config) *dynamodb.Client {
	w.next = cfg.HTTPClient
	cfg.HTTPClient = w
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		})
	}
	return dynamodb.NewFromConfig(cfg)
}

// answering is a client without a server: every call of the operation is
// answered by the wire.
func (w *wire) answering(t *testing.T) *dynamodb.Client {
	t.Helper()
	return w.client(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String("http://127.0.0.1:1"),
		Credentials: credentials.NewStaticCredentialsProvider("test", "not-a-secret", ""),
		HTTPClient:  unreachable{},
	})
}

type unreachable struct{}

func (unreachable) Do(r *http.Request) (*http.Response, error) {
	return nil, errors.New("nobody answers " + r.Header.Get("X-Amz-Target"))
}

// canceled is DynamoDB's answer to a transaction that failed for these reasons.
func canceled(reasons ...string) string {
	list := make([]string, 0, len(reasons))
	for _, reason := range reasons {
		list = append(list, `{"Code":"`+reason+`"}`)
	}
	return `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"cancelled",` +
		`"CancellationReasons":[` + strings.Join(list, ",") + `]}`
}

func exception(name string) string {
	return `{"__type":"com.amazonaws.dynamodb.v20120810#` + name + `","message":"no"}`
}
