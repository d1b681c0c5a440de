package event_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/serinhq/serin/internal/event"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

const (
	gateOpened  = "codepipeline-action-approval-started.json"
	alarmRaised = "cloudwatch-alarm-alarm.json"
	deployed    = "codedeploy-deployment-start.json"
)

// Each case is a real sample with one thing changed.
func TestDecode_oneThingWrong(t *testing.T) {
	for _, test := range []struct {
		sample, old, new string
		want             error
		says             string
	}{
		{gateOpened, `"version": "0"`, `"version": "1"`, worker.ErrMalformed, `version is not "0"`},
		{gateOpened, `"version": "0"`, `"version": 0`, worker.ErrMalformed, "version is missing or no text"},
		{gateOpened, `"account": "111122223333"`, `"account": 111122223333`, worker.ErrMalformed, "account is missing or no text"},
		{gateOpened, `"account": "111122223333"`, `"account": "11112222333"`, worker.ErrMalformed, "account is not twelve digits"},
		{gateOpened, `"account": "111122223333"`, `"account": "11112222333x"`, worker.ErrMalformed, "account is not twelve digits"},
		{gateOpened, `"account": "111122223333"`, `"account": "111122223334"`, worker.ErrRefused, "account 111122223334 is not allowed"},
		{gateOpened, `"region": "us-east-1",` + "\n" + `  "res`, `"region": "eu-west-1",` + "\n" + `  "res`, worker.ErrRefused, `region "eu-west-1" is not allowed`},
		{gateOpened, `"time": "2026-11-20T13:56:11Z"`, `"time": "0001-01-01T00:00:00Z"`, worker.ErrMalformed, "time is not a time"},
		{gateOpened, `"id": "9581c346`, `"ID": "9581c346`, worker.ErrMalformed, "id is missing or no text"},
		{gateOpened, `"source": "aws.codepipeline"`, `"source": "serin"`, worker.ErrRefused, `source "serin" is not an AWS service`},
		{gateOpened, `"source": "aws.codepipeline"`, `"source": "aws.codedeploy"`, worker.ErrIgnored, `detail-type "CodePipeline Action`},
		{gateOpened, `"state": "STARTED"`, `"verb": "promote", "canary": "checkout"`, worker.ErrRefused, "a command may not come through a rule"},
		{gateOpened, `"state": "STARTED"`, `"state": ""`, worker.ErrMalformed, "detail.state is missing or no text"},
		{gateOpened, `"state": "STARTED"`, `"STATE": "STARTED"`, worker.ErrMalformed, "detail.state is missing or no text"},
		{gateOpened, `"state": "STARTED"`, `"state": null`, worker.ErrMalformed, "detail.state is missing or no text"},
		{gateOpened, `"stage": "Prod"`, `"stage": " "`, worker.ErrMalformed, "detail.stage is missing or no text"},
		{gateOpened, `"stage": "Prod"`, `"stage": "Prod\n"`, worker.ErrMalformed, "detail.stage has characters no name has"},
		{gateOpened, `"stage": "Prod"`, `"stage": "\ud800"`, worker.ErrMalformed, "detail.stage has characters no name has"},
		{gateOpened, `"pipeline": "checkout-prod"`, `"pipeline": "` + strings.Repeat("x", 513) + `"`, worker.ErrMalformed, "detail.pipeline is too long"},
		{gateOpened, `"action-execution-id"`, `"action-execution"`, worker.ErrMalformed, "detail.action-execution-id is missing"},
		{gateOpened, `"category": "Approval"`, `"category": ""`, worker.ErrMalformed, "detail.type.category is missing"},
		{gateOpened, `"type": {`, `"type": "Approval", "was": {`, worker.ErrMalformed, "detail.type is missing or no object"},
		{alarmRaised, `"timestamp": "2026-11-20T14:04:40.989+0000"`, `"timestamp": "2026-11-20"`, worker.ErrMalformed, "detail.state.timestamp is not a time"},
		{alarmRaised, `"alarmName": "checkout-canary-5xx"`, `"alarmName": ""`, worker.ErrMalformed, "detail.alarmName is missing"},
		{alarmRaised, `"value": "ALARM"`, `"value": "SLEEPY"`, worker.ErrIgnored, `alarm state "SLEEPY"`},
		{alarmRaised, `Alarm State Change`, `Alarm Contributor State Change`, worker.ErrIgnored, "Contributor"},
		{"cloudwatch-config-delete.json", `"operation": "delete"`, `"operation": 7`, worker.ErrMalformed, "detail.operation is missing"},
		{deployed, `"application": "checkout"`, `"application": "check/out"`, worker.ErrMalformed, "detail.application has a slash"},
		{deployed, `"deploymentGroup": "prod"`, `"deploymentGroup": ""`, worker.ErrMalformed, "detail.deploymentGroup is missing"},
		{"scheduler-tick.json", `"Scheduled Event"`, `"Something Scheduled"`, worker.ErrIgnored, "Something Scheduled"},
	} {
		got, err := decoder().Decode(changed(t, test.sample, test.old, test.new))
		if got != nil || !errors.Is(err, test.want) || !strings.Contains(fmt.Sprint(err), test.says) {
			t.Errorf("%s with %s: got %v, %v; want %v: …%s", test.sample, test.new, got, err, test.want, test.says)
		}
	}
}

func TestDecode_whatIsNoEnvelope(t *testing.T) {
	for body, want := range map[string]error{
		"":                                      worker.ErrMalformed,
		"null":                                  worker.ErrMalformed,
		"[]":                                    worker.ErrMalformed,
		`"text"`:                                worker.ErrMalformed,
		"{}{}":                                  worker.ErrMalformed,
		"\ufeff{}":                              worker.ErrMalformed,
		"{\"version\": \"\xff\"}":               worker.ErrMalformed,
		strings.Repeat("[", 20_000):             worker.ErrMalformed,
		strings.Repeat(" ", 1<<20-1) + "{}":     worker.ErrMalformed,
		`{"verb":"rollback","canary":"orders"}`: worker.ErrRefused,
	} {
		if got, err := decoder().Decode(body); got != nil || !errors.Is(err, want) {
			t.Errorf("%.40q: got %v, %v; want %v", body, got, err, want)
		}
	}
}

// Leaving the lists out must close the door, not open it.
func TestDecode_withoutAnAllowedAccountOrRegionRefusesAll(t *testing.T) {
	for _, opts := range []event.Options{{}, {Accounts: []string{"111122223333"}}, {Regions: []string{"us-east-1"}}} {
		if _, err := event.NewDecoder(opts).Decode(sample(t, gateOpened)); !errors.Is(err, worker.ErrRefused) {
			t.Errorf("%+v: got %v, want it refused", opts, err)
		}
	}
}

// The pipeline's definition version was seen as a float, an integer and a text.
func TestDecode_versionsOfThePipelineDoNotMatter(t *testing.T) {
	for _, version := range []string{"6.0", "6", `"6"`, "1e400"} {
		if _, err := decoder().Decode(changed(t, gateOpened, `"version": 6.0`, `"version": `+version)); err != nil {
			t.Errorf("version %s: %v", version, err)
		}
	}
}

// Only AWS's own manual approval is a gate: a custom action may call its category Approval too.
func TestDecode_onlyAManualApprovalIsAGate(t *testing.T) {
	for _, change := range []struct{ old, new string }{
		{`"owner": "AWS"`, `"owner": "Custom"`},
		{`"provider": "Manual"`, `"provider": "Robot"`},
		{`"category": "Approval"`, `"category": "Deploy"`},
	} {
		got, err := decoder().Decode(changed(t, gateOpened, change.old, change.new))
		if err != nil || got.(worker.ActionEvent).Approval {
			t.Errorf("%s: got %+v, %v; want an action that is no gate", change.new, got, err)
		}
	}
}

func TestDecode_aFailingEvaluationMakesOKWorthNothingButLeavesAnAlarm(t *testing.T) {
	for value, want := range map[string]statemachine.AlarmState{
		`"OK"`: statemachine.AlarmOK,
		`"OK", "evaluationState": "PARTIAL_DATA"`:          statemachine.AlarmOK,
		`"OK", "evaluationState": "EVALUATION_ERROR"`:      statemachine.AlarmNoData,
		`"ALARM", "evaluationState": "EVALUATION_FAILURE"`: statemachine.AlarmFiring,
	} {
		got, err := decoder().Decode(changed(t, alarmRaised, `"value": "ALARM"`, `"value": `+value))
		if err != nil || got.(worker.AlarmEvent).Alarm.State != want {
			t.Errorf("%s: got %+v, %v; want %v", value, got, err, want)
		}
	}
}

// changed is a sample with the first occurrence of old replaced.
func changed(t *testing.T, name, old, replacement string) string {
	t.Helper()
	body := sample(t, name)
	if !strings.Contains(body, old) {
		t.Fatalf("%s does not contain %s", name, old)
	}
	return strings.Replace(body, old, replacement, 1)
}
