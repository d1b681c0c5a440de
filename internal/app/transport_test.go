package app

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/internal/canaryfile"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// wire answers requests in place of a network.
type wire func(r *http.Request) (*http.Response, error)

func (w wire) Do(r *http.Request) (*http.Response, error) { return w(r) }

func answer(r *http.Request, status int, contentType, body string) (*http.Response, error) {
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {contentType}},
		Body: io.NopCloser(strings.NewReader(body)), Request: r,
	}, nil
}

// hang is a server that never answers.
func hang(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

const identity = `<GetCallerIdentityResponse><GetCallerIdentityResult>
<Arn>arn:aws:sts::111122223333:assumed-role/serin/x</Arn><Account>111122223333</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>`

// factory makes clients as the program does, on a wire.
func factory(t *testing.T, timeout time.Duration, w wire) *clients {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_REGION", "eu-central-1")
	t.Setenv("AWS_MAX_ATTEMPTS", "9")
	c, err := newClients(t.Context(), Settings{CallTimeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	if w != nil {
		c.base.HTTPClient = localBodies{w}
	}
	return c
}

// whoAmI makes a call under the call's timeout, as the loop does.
func whoAmI(t *testing.T, c *clients, timeout time.Duration) error {
	t.Helper()
	api, err := client(c, "sts", sts.NewFromConfig)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	_, err = api.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	return err
}

func TestClients_attemptThatHangsLeavesTimeForTwoMore(t *testing.T) {
	const timeout = 5 * time.Second
	tries := 0
	c := factory(t, timeout, func(r *http.Request) (*http.Response, error) {
		if tries++; tries < 3 {
			return hang(r)
		}
		return answer(r, 200, "text/xml", identity)
	})
	synctest.Test(t, func(t *testing.T) {
		if err := whoAmI(t, c, timeout); err != nil || tries != 3 {
			t.Errorf("%d attempts, %v; want the third to be answered", tries, err)
		}
	})
}

func TestClients_serverThatNeverAnswersIsUnavailableAfterThreeAttemptsWithinTheTimeout(t *testing.T) {
	const timeout = 5 * time.Second
	tries := 0
	c := factory(t, timeout, func(r *http.Request) (*http.Response, error) { tries++; return hang(r) })
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		err := whoAmI(t, c, timeout)
		if took := time.Since(begun); took > timeout || tries != attempts {
			t.Errorf("%d attempts in %s, want %d within %s", tries, took, attempts, timeout)
		}
		if kind := awserr.Classify("sts:GetCallerIdentity", "", err); !errors.Is(kind, worker.ErrUnavailable) {
			t.Errorf("error %v, want unavailable", kind)
		}
	})
}

func TestClients_callersEndIsNotRetried(t *testing.T) {
	tries := 0
	c := factory(t, 5*time.Second, func(r *http.Request) (*http.Response, error) { tries++; return hang(r) })
	synctest.Test(t, func(t *testing.T) {
		if err := whoAmI(t, c, time.Second); err == nil || tries != 1 {
			t.Errorf("%d attempts, %v; want one, that failed", tries, err)
		}
	})
}

func TestClients_longPollIsNoHangingAttempt(t *testing.T) {
	c := factory(t, 5*time.Second, func(r *http.Request) (*http.Response, error) {
		select {
		case <-time.After(Poll):
			return answer(r, 200, "application/x-amz-json-1.0", `{}`)
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	})
	synctest.Test(t, func(t *testing.T) {
		api, err := client(c, "sqs", sqs.NewFromConfig)
		if err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		_, err = api.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String("https://sqs/1/q"), WaitTimeSeconds: 20})
		if took := time.Since(begun); err != nil || took != Poll {
			t.Errorf("%v after %s, want an empty answer after %s", err, took, Poll)
		}
	})
}

func TestClients_oneForEachServiceAndRegion(t *testing.T) {
	c := factory(t, time.Second, nil)
	open := func(cfg aws.Config) any { return &cfg }
	own := c.Client("lambda", "", open)
	if c.Client("lambda", "eu-central-1", open) != own {
		t.Error("the own region by name is another client")
	}
	other, ok := c.Client("lambda", "us-east-1", open).(*aws.Config)
	if !ok || other == own || other.Region != "us-east-1" {
		t.Errorf("the client of us-east-1 is %v", other)
	}
	if c.Client("elb", "", open) == own {
		t.Error("two services share a client, and so its bucket of retries")
	}
}

func TestOpen_everyExampleFindsItsAdapters(t *testing.T) {
	files, err := filepath.Glob("../../infra/examples/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	t.Setenv("AWS_REGION", "eu-central-1")
	a := Open(Settings{CallTimeout: time.Second})
	targets, err := a.Targets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	deployments, err := a.Deployments(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		plan := load(t, file)
		for _, spec := range plan.Targets {
			if _, err := targets.Open(spec); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
		if plan.Deployment != nil {
			if _, err := deployments.Open(*plan.Deployment); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}

func load(t *testing.T, file string) statemachine.Plan {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	canary, err := canaryfile.Load(file, text)
	if err != nil {
		t.Fatal(err)
	}
	return canary.Plan
}

func TestNewClients_needARegion(t *testing.T) {
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_CONFIG_FILE", t.TempDir()+"/none")
	_, err := newClients(t.Context(), Settings{CallTimeout: time.Second})
	if _, ok := errors.AsType[*SettingsError](err); !ok || !strings.Contains(err.Error(), "AWS_REGION") {
		t.Errorf("error %v, want a setting named AWS_REGION", err)
	}
}

// closable tells whether its body was closed.
type closable struct {
	io.Reader
	closed bool
}

func (c *closable) Close() error { c.closed = true; return nil }

func TestLocalBodies_onlyThisMachineGetsACopy(t *testing.T) {
	for url, local := range map[string]bool{
		"http://127.0.0.1:5000/": true, "http://localhost:5000/": true, "http://[::1]:5000/": true,
		"https://sqs.eu-central-1.amazonaws.com/": false, "http://10.0.0.1/": false,
	} {
		body := &closable{Reader: bytes.NewReader([]byte("body"))}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, body)
		if err != nil {
			t.Fatal(err)
		}
		_, err = localBodies{wire(func(sent *http.Request) (*http.Response, error) {
			got, err := io.ReadAll(sent.Body)
			if copied := sent.Body != r.Body; err != nil || string(got) != "body" || copied != local || body.closed != local {
				t.Errorf("%s: sent %q, %v; copied %t, original closed %t; want both %t", url, got, err, copied, body.closed, local)
			}
			return answer(sent, 200, "", "")
		})}.Do(r)
		if err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestClients_keepTheSDKsOwnLinesOutOfTheLog(t *testing.T) {
	t.Setenv("AWS_REGION", "us-east-1")
	c, err := newClients(t.Context(), Settings{CallTimeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if _, silent := c.base.Logger.(logging.Nop); !silent {
		t.Errorf("the SDK logs to %T", c.base.Logger)
	}
}
