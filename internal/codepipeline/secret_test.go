package codepipeline_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/serinhq/serin/internal/codepipeline"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// wire changes what the calls of one operation are answered with.
type wire struct {
	next      aws.HTTPClient
	operation string
	// refuse is an error's body, given instead of making the call.
	refuse string
	// rewrite changes the body of an answer.
	rewrite func(body string) string
}

func (w *wire) Do(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+w.operation) {
		return w.next.Do(r)
	}
	if w.refuse != "" {
		return &http.Response{
			StatusCode: http.StatusBadRequest, ProtoMajor: 1, ProtoMinor: 1, Request: r,
			Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, Body: io.NopCloser(strings.NewReader(w.refuse)),
		}, nil
	}
	response, err := w.next.Do(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return nil, err
	}
	text := w.rewrite(string(body))
	response.ContentLength, response.Body = int64(len(text)), io.NopCloser(strings.NewReader(text))
	return response, nil
}

// through returns the adapter behind a wire.
func (w *world) through(wire wire) *codepipeline.Pipelines {
	return codepipeline.New(w.client("worker", func(next aws.HTTPClient) aws.HTTPClient {
		wire.next = next
		return &wire
	}))
}

// everything calls the whole port and returns all it says: values, errors, and
// what the loop keeps of errors.
func everything(ctx context.Context, p worker.Pipeline, gate statemachine.Gate) []any {
	var said []any
	keep := func(values ...any) {
		for _, v := range values {
			said = append(said, v)
			if err, ok := v.(error); ok {
				fault := worker.FaultOf(err)
				said = append(said, fault)
			}
		}
	}
	spec := worker.GateSpec{Pipeline: gate.Pipeline, Stage: gate.Stage, Action: gate.Action}
	open, err := p.Waiting(ctx, spec)
	keep(open, err)
	execution, err := p.Execution(ctx, gate.Pipeline, gate.Execution)
	keep(execution, err)
	values, known, err := p.Variables(ctx, gate.Pipeline, gate.Execution, []string{"Deploy.FunctionVersion", "Source.Nothing"})
	keep(values, known, err)
	problems, err := p.Preflight(ctx, spec, true)
	keep(problems, err)
	look, err := p.Observe(ctx, gate, release)
	keep(look, err)
	for _, approve := range []bool{true, false} {
		look, err = p.Answer(ctx, gate, release, approve, "ours")
		keep(look, err)
	}
	keep(p.StopExecution(ctx, gate.Pipeline, gate.Execution, "rolled back"))
	return said
}

func keepsQuiet(t *testing.T, said []any, secrets ...string) {
	t.Helper()
	for _, v := range said {
		text := fmt.Sprintf("%v\n%+v", v, v)
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("a secret is told: %s", text)
			}
		}
	}
}

func TestPipelines_tellNoTokenNoTextAndNoOtherVariable(t *testing.T) {
	const words = "words-of-a-person"
	for _, side := range []porttest.Side{0, porttest.Reads, porttest.Writes} {
		for _, fault := range []porttest.Fault{porttest.Denied, porttest.Throttled, porttest.Unavailable, porttest.Lost} {
			eachMode(t, func(t *testing.T, w *world) {
				t.Helper()
				answered := w.open(t, w.start(t, brought()))
				w.personSays(t, answered, words)
				open := w.open(t, w.start(t, brought()))
				secrets := []string{w.request(t, open).Token, w.request(t, answered).Token, words, hush}
				if side != 0 {
					w.faults().Break(t, side, fault)
				}
				said := everything(t.Context(), w.pipelines, open)
				keepsQuiet(t, append(said, everything(t.Context(), w.pipelines, answered)...), secrets...)
				keepsQuiet(t, []any{w.pipelines}, secrets...)
			})
		}
	}
}

// AWS's validation errors quote what was sent.
func TestAnswer_tellsNoTokenThatAWSRepeats(t *testing.T) {
	for _, code := range []string{"ValidationException", "InvalidApprovalTokenException", "ApprovalAlreadyCompletedException"} {
		w := newWorld(t)
		gate := w.openNew(t)
		token := w.request(t, gate).Token
		pipelines := w.through(wire{operation: "PutApprovalResult", refuse: `{"__type": "` + code +
			`", "message": "1 validation error detected: Value '` + token + `' at 'token' failed to satisfy constraint"}`})
		keepsQuiet(t, everything(t.Context(), pipelines, gate), token)
	}
}

func TestAnswer_thatAWSRefusesWhileTheGateShowsOpenIsAConflict(t *testing.T) {
	w := newWorld(t)
	gate := w.openNew(t)
	pipelines := w.through(wire{operation: "PutApprovalResult", refuse: `{"__type": "ApprovalAlreadyCompletedException"}`})
	if _, err := pipelines.Answer(t.Context(), gate, release, true, "ours"); !errors.Is(err, worker.ErrConflict) {
		t.Errorf("got %v, want %v", err, worker.ErrConflict)
	}
}

func TestObserve_aStatusThatIsNotKnownIsAnError(t *testing.T) {
	w := newWorld(t)
	gate := w.openNew(t)
	w.personAnswers(t, gate, true)
	pipelines := w.through(wire{operation: "GetPipelineState", rewrite: func(body string) string {
		return strings.ReplaceAll(body, "Succeeded", "Postponed")
	}})
	look, err := pipelines.Observe(t.Context(), gate, release)
	if !errors.Is(err, worker.ErrUnavailable) || !strings.Contains(err.Error(), "Postponed") {
		t.Errorf("look %+v, %v; want %v that names the status", look, err, worker.ErrUnavailable)
	}
}

func TestAnswer_withoutATokenIsTriedAgain(t *testing.T) {
	w := newWorld(t)
	gate := w.openNew(t)
	pipelines := w.through(wire{operation: "GetPipelineState", rewrite: func(body string) string {
		return strings.ReplaceAll(body, `"token"`, `"noToken"`)
	}})
	_, err := pipelines.Answer(t.Context(), gate, release, true, "ours")
	if !errors.Is(err, worker.ErrUnavailable) || !strings.Contains(err.Error(), "does not show yet") {
		t.Errorf("got %v, want %v that says what is missing", err, worker.ErrUnavailable)
	}
	if attempts := w.request(t, gate).Attempts; len(attempts) > 0 {
		t.Errorf("the gate was answered: %+v", attempts)
	}
}
