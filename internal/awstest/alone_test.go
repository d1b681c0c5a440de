package awstest_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/serinhq/serin/internal/awstest"
)

// alone serves one stand-in by itself and returns the configuration of an SDK client that calls it as actor, without
// retries.
func alone(t *testing.T, s awstest.StandIn, actor string) aws.Config {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("read a request: %v", err)
		}
		scope := strings.Split(r.Header.Get("Authorization"), "/") // …Credential=AKID/date/region/service/…
		if len(scope) < 5 || scope[3] != s.Service() {
			t.Errorf("signed for %q, want service %q", scope, s.Service())
			return
		}
		_, akid, _ := strings.Cut(scope[0], "Credential=")
		a := s.Serve(awstest.Call{
			At: time.Now(), Service: scope[3], Operation: s.Operation(r, body), Region: scope[2], Actor: akid, Request: r, Body: body,
		})
		w.Header().Set("X-Test-Resource", a.Resource)
		maps.Copy(w.Header(), a.Header)
		if a.Status != 0 {
			w.WriteHeader(a.Status)
		}
		_, _ = w.Write(a.Body)
	}))
	t.Cleanup(server.Close)
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: &server.URL, HTTPClient: &http.Client{Transport: copyBody{}},
		Credentials: credentials.NewStaticCredentialsProvider(actor, "secret", ""),
		Retryer:     func() aws.Retryer { return aws.NopRetryer{} },
	}
}

// copyBody sends a private copy of each body: the SDK closes its own as soon as a fast local server has answered, and
// net/http then cuts the connection under the response.
type copyBody struct{}

func (copyBody) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(raw))
	}
	return http.DefaultTransport.RoundTrip(r)
}

// fixedClock stands still at the time the sample events were made.
func fixedClock() time.Time { return time.Date(2026, 11, 20, 14, 4, 40, 989e6, time.UTC) }

// watchResource notes Answer.Resource of every call.
type watchResource struct{ into *[]string }

func (w watchResource) Do(r *http.Request) (*http.Response, error) {
	resp, err := copyBody{}.RoundTrip(r)
	if err == nil {
		*w.into = append(*w.into, resp.Header.Get("X-Test-Resource"))
	}
	return resp, err
}
