package codepipeline_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// eachMode runs a claim in SUPERSEDED and in PARALLEL mode, and with either
// error for a second answer that AWS's texts allow.
func eachMode(t *testing.T, claim func(t *testing.T, w *world)) {
	t.Helper()
	for _, mode := range []string{"SUPERSEDED", "PARALLEL"} {
		for _, refusal := range []string{"ApprovalAlreadyCompleted", "InvalidApprovalToken"} {
			t.Run(mode+" "+refusal, func(t *testing.T) {
				w := newWorld(t)
				if mode == "PARALLEL" {
					w.parallel(t)
				}
				w.stand.RefuseAnswered(refusal == "InvalidApprovalToken")
				claim(t, w)
			})
		}
	}
}

// onceBefore has f called before the worker's first call of an operation.
func (w *world) onceBefore(operation string, f func()) {
	var once sync.Once
	w.Before(func(c awstest.Call) {
		if c.Actor == "worker" && c.Operation == operation {
			once.Do(f)
		}
	})
}

func (w *world) answer(t *testing.T, gate statemachine.Gate, approve bool, text string) statemachine.GateLook {
	t.Helper()
	look, err := w.pipelines.Answer(t.Context(), gate, release, approve, text)
	if err != nil {
		t.Fatalf("answer: %v", err)
	}
	return look
}

func (w *world) observe(t *testing.T, gate statemachine.Gate) statemachine.GateLook {
	t.Helper()
	look, err := w.pipelines.Observe(t.Context(), gate, release)
	if err != nil {
		t.Fatalf("observe: %v", err)
	}
	return look
}

func says(t *testing.T, got, want statemachine.GateLook) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the gate says (-want +got):\n%s", diff)
	}
}

func byPerson(status statemachine.GateStatus) statemachine.GateLook {
	return statemachine.GateLook{Status: status, By: "arn:aws:iam::" + awstest.Account + ":user/" + person}
}

func TestAnswer_whoseAnswerWasLostFindsItselfInTheSameCall(t *testing.T) {
	eachMode(t, func(t *testing.T, w *world) {
		t.Helper()
		gate := w.openNew(t)
		remove := w.Inject(awstest.Faults{Lose: 1, Match: func(c awstest.Call) bool {
			return c.Operation == "PutApprovalResult" && len(w.answers(t, gate)) == 0
		}})
		defer remove()
		look := w.answer(t, gate, true, "all traffic on 43")
		if look.Status != statemachine.GateApproved || !look.Ours {
			t.Errorf("the gate says %+v, want Approved and ours", look)
		}
		if diff := cmp.Diff([]bool{true}, w.answers(t, gate)); diff != "" {
			t.Errorf("answers taken (-want +got):\n%s", diff)
		}
		if n := len(w.request(t, gate).Attempts); n != 2 {
			t.Errorf("%d attempts reached the gate, want the lost one and the refused one", n)
		}
	})
}

func TestAnswer_tellsOfAPersonWhoAnsweredBetweenReadingAndAnswering(t *testing.T) {
	eachMode(t, func(t *testing.T, w *world) {
		t.Helper()
		for approve, want := range map[bool]statemachine.GateStatus{
			true: statemachine.GateRejected, false: statemachine.GateApproved,
		} {
			gate := w.openNew(t)
			w.onceBefore("PutApprovalResult", func() { w.personAnswers(t, gate, !approve) })
			says(t, w.answer(t, gate, approve, "ours"), byPerson(want))
		}
	})
}

func TestAnswer_toAnApprovalWhoseTimeEndedJustNowSaysRejectedByNobody(t *testing.T) {
	eachMode(t, func(t *testing.T, w *world) {
		t.Helper()
		gate := w.openNew(t)
		w.onceBefore("PutApprovalResult", func() {
			if _, err := w.stand.ExpireApproval(pipelineName, gate.Execution); err != nil {
				t.Error(err)
			}
		})
		says(t, w.answer(t, gate, true, "ours"), statemachine.GateLook{Status: statemachine.GateRejected})
	})
}

func TestAnswer_toAnExecutionStoppedJustNowSaysGone(t *testing.T) {
	eachMode(t, func(t *testing.T, w *world) {
		t.Helper()
		gate := w.openNew(t)
		w.onceBefore("PutApprovalResult", func() { w.personStops(t, gate, true) })
		says(t, w.answer(t, gate, true, "ours"), statemachine.GateLook{Status: statemachine.GateGone})
	})
}

func TestAnswer_isTakenWhileTheExecutionWaitsForItToStop(t *testing.T) {
	eachMode(t, func(t *testing.T, w *world) {
		t.Helper()
		gate := w.openNew(t)
		w.personStops(t, gate, false)
		says(t, w.observe(t, gate), statemachine.GateLook{Status: statemachine.GateOpen})
		says(t, w.answer(t, gate, false, "ours"), statemachine.GateLook{Status: statemachine.GateRejected, Ours: true})
	})
}

func TestObserve_aPersonWhoQuotesTheReleaseIsNotTheRelease(t *testing.T) {
	eachMode(t, func(t *testing.T, w *world) {
		t.Helper()
		gate := w.openNew(t)
		w.personSays(t, gate, "I do not like "+release+", see serin history "+release)
		says(t, w.observe(t, gate), byPerson(statemachine.GateRejected))
	})
}

// A list of CodePipeline may lag behind the event that opened the gate.
func TestObserve_anApprovalThatIsNotShownYetIsNoAnswer(t *testing.T) {
	w := newWorld(t)
	execution := w.start(t, awstest.ExecutionOptions{Actions: map[string]awstest.ActionPlan{"Prod/Deploy": {Hold: true}}})
	if _, err := w.stand.Run(pipelineName, execution); err != nil {
		t.Fatal(err)
	}
	unseen := statemachine.Gate{Pipeline: pipelineName, Stage: "Prod", Action: "Gate", Execution: execution,
		ActionExecution: "00000000-0000-4000-8000-000000000000"}
	if _, err := w.pipelines.Observe(t.Context(), unseen, release); !errors.Is(err, worker.ErrUnavailable) {
		t.Errorf("while the execution is on its way to the gate: %v, want %v", err, worker.ErrUnavailable)
	}
	if _, err := w.stand.FinishAction(pipelineName, execution, "Prod", "Deploy", false); err != nil {
		t.Fatal(err)
	}
	says(t, w.observe(t, unseen), statemachine.GateLook{Status: statemachine.GateGone})
}

func TestObserve_anExecutionThatNeverReachedItsGateIsGone(t *testing.T) {
	w := newWorld(t)
	execution := w.start(t, awstest.ExecutionOptions{Actions: map[string]awstest.ActionPlan{"Prod/Deploy": {Fail: true}}})
	if _, err := w.stand.Run(pipelineName, execution); err != nil {
		t.Fatal(err)
	}
	unseen := statemachine.Gate{Pipeline: pipelineName, Stage: "Prod", Action: "Gate", Execution: execution,
		ActionExecution: "00000000-0000-4000-8000-000000000000"}
	says(t, w.observe(t, unseen), statemachine.GateLook{Status: statemachine.GateGone})
}

func TestAnswer_textIsMarkedOnceAndCutAsAWSCounts(t *testing.T) {
	w := newWorld(t)
	const mark = "serin " + release + ": "
	for text, want := range map[string]string{
		"":                            mark,
		"all traffic on 43":           mark + "all traffic on 43",
		mark + "all traffic on 43":    mark + "all traffic on 43",
		strings.Repeat("🐤", 512):      mark + strings.Repeat("🐤", (512-len(mark))/2),
		strings.Repeat("\xff", 1_000): mark + strings.Repeat("�", 512-len(mark)),
	} {
		gate := w.openNew(t)
		w.answer(t, gate, true, text)
		got := w.request(t, gate).Summary
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("summary for %.40q (-want +got):\n%s", text, diff)
		}
		if n := len(utf16.Encode([]rune(got))); n > 512 {
			t.Errorf("summary for %.40q has %d characters", text, n)
		}
	}
}
