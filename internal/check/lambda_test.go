package check_test

import (
	"encoding/json"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// asked is function verify, and what it answers to each key.
type asked struct {
	*awstest.World
	stand *awstest.Lambda
	check worker.Check

	mu      sync.Mutex
	answers map[string]awstest.InvocationAnswer
}

func newAsked(t *testing.T) *asked {
	t.Helper()
	w := awstest.Start(t, awstest.WithoutEngines())
	a := &asked{World: w, stand: awstest.NewLambda(awstest.Account, awstest.Region, w.Ledger(), w.Clock()), answers: map[string]awstest.InvocationAnswer{}}
	a.stand.CreateFunction("verify", awstest.FunctionConfig{Code: "one"})
	a.stand.Answer("verify", func(in awstest.Invocation) awstest.InvocationAnswer {
		var question struct{ Key string }
		_ = json.Unmarshal(in.Payload, &question)
		a.mu.Lock()
		defer a.mu.Unlock()
		if answer, ok := a.answers[question.Key]; ok {
			return answer
		}
		return awstest.InvocationAnswer{Payload: []byte(`{"status":"wait"}`)}
	})
	w.Register(a.stand)
	a.check = open(t, w, statemachine.CheckSpec{Kind: "lambda", Name: "verify", Config: []byte(`{"function":"verify"}`)})
	return a
}

func (a *asked) says(key, payload, failed string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answers[key] = awstest.InvocationAnswer{Payload: []byte(payload), Failed: failed}
}

func TestLambda_keepsTheContract(t *testing.T) {
	porttest.Check(t, func(t *testing.T) porttest.CheckHarness {
		t.Helper()
		a := newAsked(t)
		return porttest.CheckHarness{
			Check: a.check, Started: func(*testing.T, string) int { return len(a.stand.Invocations()) },
			End: func(_ *testing.T, run string, passed bool, text string) {
				status := map[bool]string{true: "pass", false: "fail"}[passed]
				a.says(run, `{"status":"`+status+`","text":"`+text+`"}`, "")
			},
			Vanish: func(_ *testing.T, run string) { a.says(run, `{"errorMessage":"boom"}`, "Unhandled") },
			Faults: faultsOf(a.World, func(string) []porttest.Side { return []porttest.Side{porttest.Reads, porttest.Writes} }),
		}
	})
}

func TestLambda_tellsTheFunctionWhatItValidates(t *testing.T) {
	a := newAsked(t)
	if _, err := a.check.Observe(t.Context(), "k", "k", input()); err != nil {
		t.Fatal(err)
	}
	var got any
	if err := json.Unmarshal(a.stand.Invocations()[0].Payload, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"key": "k", "release": "01KA", "canary": "checkout", "version": "43", "fromVersion": "42", "step": 2.0, "weight": 12.5, "execution": "e-1",
	}
	if diff := cmp.Diff(any(want), got); diff != "" {
		t.Errorf("payload (-want +got):\n%s", diff)
	}
}

func TestLambda_anythingButAStatusIsAFailThatRepeatsNothing(t *testing.T) {
	for _, c := range []struct {
		payload, failed, text string
		status                statemachine.CheckStatus
	}{
		{`{"status":"pass","text":"40 of 40"}`, "", "40 of 40", statemachine.CheckPass},
		{`{"status":"wait"}`, "", "", statemachine.CheckWait},
		{`{"status":"fail","text":"line one\nline \u001b[2Jtwo"}`, "", "line one line  [2Jtwo", statemachine.CheckFail},
		{`{"status":"PASS"}`, "", "the function answered without a status of pass, fail or wait", statemachine.CheckFail},
		{`{"status":"unknown"}`, "", "the function answered without a status of pass, fail or wait", statemachine.CheckFail},
		{`"pass"`, "", "the function answered without a status of pass, fail or wait", statemachine.CheckFail},
		{`null`, "", "the function answered without a status of pass, fail or wait", statemachine.CheckFail},
		{`{"errorMessage":"secret","status":"pass"}`, "Unhandled", "the function ended with an error: Unhandled", statemachine.CheckFail},
	} {
		a := newAsked(t)
		a.says("k", c.payload, c.failed)
		look, err := a.check.Observe(t.Context(), "k", "k", input())
		if err != nil || look.Status != c.status || look.Text != c.text {
			t.Errorf("%s %s: %+v, %v; want %s %q", c.payload, c.failed, look, err, c.status, c.text)
		}
	}
}
