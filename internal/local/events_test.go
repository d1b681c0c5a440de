package local_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/serinhq/serin/internal/event"
	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func gateSpec() worker.GateSpec {
	return worker.GateSpec{Pipeline: "checkout-prod", Stage: "Canary", Action: "Gate"}
}

// received takes all events out of the queue and decodes them.
func received(t *testing.T, w *local.World) (bodies []string, events []worker.Event) {
	t.Helper()
	decoder := event.NewDecoder(event.Options{Accounts: []string{local.Account}, Regions: []string{local.Region}})
	queue := w.Client("test").Events()
	for {
		got, err := queue.Receive(t.Context(), 10, 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) == 0 {
			return bodies, events
		}
		for _, d := range got {
			e, err := decoder.Decode(d.Body)
			if err != nil {
				t.Fatalf("event %s: %v", d.Body, err)
			}
			bodies, events = append(bodies, string(d.Body)), append(events, e)
		}
	}
}

func TestWorld_tellsOfAGateAsCodePipelineDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _, _ := open(t)
		w.CreatePipeline(local.PipelineSpec{Gate: gateSpec()})
		id := w.StartExecution("checkout-prod", local.RunSpec{})
		w.Arrive(id)
		gate, _ := w.Gate(id)
		w.Decide(gate, "ann", true, "")
		w.FinishExecution(id)
		_, events := received(t, w)
		action := worker.ActionEvent{
			Pipeline: "checkout-prod", Execution: id, Stage: "Canary", Action: "Gate",
			ActionExecution: gate.ActionExecution, Approval: true, State: "STARTED",
		}
		answered := action
		answered.State = "SUCCEEDED"
		want := []worker.Event{
			worker.ExecutionEvent{Pipeline: "checkout-prod", Execution: id, State: "STARTED"}, action, answered,
			worker.ExecutionEvent{Pipeline: "checkout-prod", Execution: id, State: "SUCCEEDED"},
		}
		if diff := cmp.Diff(want, events, cmpopts.IgnoreTypes(worker.Origin{})); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	})
}

func TestWorld_tellsOfAnAlarmAsCloudWatchDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _, _ := open(t)
		w.CreateAlarm(local.AlarmSpec{Name: "checkout-5xx"})
		w.SetAlarmMuted("checkout-5xx", true)
		at := w.SetAlarm("checkout-5xx", statemachine.AlarmFiring, "Threshold Crossed")
		w.SetAlarm("checkout-5xx", statemachine.AlarmFiring, "still") // CloudWatch says nothing more
		_, events := received(t, w)
		if len(events) != 1 {
			t.Fatalf("%d events, want one: %v", len(events), events)
		}
		got, ok := events[0].(worker.AlarmEvent)
		if !ok || got.ID == "" || got.Account != local.Account || got.Region != local.Region {
			t.Fatalf("event %+v", events[0])
		}
		want := statemachine.AlarmEvent{
			ID: got.ID, Name: "checkout-5xx", State: statemachine.AlarmFiring, At: at, Muted: true,
		}
		if diff := cmp.Diff(want, got.Alarm); diff != "" {
			t.Errorf("alarm (-want +got):\n%s", diff)
		}
	})
}

func TestWorld_sendsNothingThatAWSWouldNotSend(t *testing.T) {
	known := samples(t)
	synctest.Test(t, func(t *testing.T) {
		w, _, _ := open(t)
		everything(w)
		bodies, _ := received(t, w)
		if len(bodies) < 20 {
			t.Errorf("only %d events", len(bodies))
		}
		for _, body := range bodies {
			detailType, paths := shape(t, []byte(body))
			for path := range paths {
				if !known[detailType][path] {
					t.Errorf("%s: no sample of AWS's has %s", detailType, path)
				}
			}
		}
	})
}

// everything lets all that sends an event happen.
func everything(w *local.World) {
	w.CreatePipeline(local.PipelineSpec{Gate: gateSpec()})
	for i := range 4 {
		id := w.StartExecution("checkout-prod", local.RunSpec{Rollback: i == 3})
		w.Arrive(id)
		gate, _ := w.Gate(id)
		switch i {
		case 0:
			w.Decide(gate, "ann", true, "")
			w.FinishExecution(id)
		case 1:
			w.Expire(gate)
			w.RetryStage(id)
			w.StopExecution(id)
		}
	}
	w.Arrive(w.StartExecution("checkout-prod", local.RunSpec{}))
	for _, kind := range []local.AlarmKind{local.MetricAlarm, local.CompositeAlarm} {
		w.CreateAlarm(local.AlarmSpec{Name: "a", Kind: kind})
		w.SetAlarm("a", statemachine.AlarmFiring, "")
		w.SetAlarmMuted("a", true)
		w.SetAlarm("a", statemachine.AlarmNoData, "")
	}
	w.CreateAlarm(local.AlarmSpec{Name: "a"})
	w.DeleteAlarm("a")
	w.CreateProject("smoke")
	check, _ := w.Client("w").Checks().Open(statemachine.CheckSpec{Kind: local.KindCodeBuild, Name: "smoke"})
	for _, passed := range []bool{true, false} {
		run, _ := check.Start(context.Background(), fmt.Sprint(passed), worker.CheckInput{})
		w.EndBuild(run, passed, "")
	}
	w.CreateDeploymentGroup("orders/prod", true)
	for _, end := range []func(id string){
		w.SucceedDeployment,
		func(id string) { w.FailDeployment(id, "TIMEOUT") },
		func(id string) { w.StopDeployment(id, "ALARM_ACTIVE", true); w.EndRollback(id) },
	} {
		id := w.StartDeployment("orders/prod", "7")
		w.ReachPoint(id, statemachine.PointReady)
		end(id)
	}
}

// samples are the fields of AWS's own events, by detail-type.
func samples(t *testing.T) map[string]map[string]bool {
	t.Helper()
	files, err := filepath.Glob("../event/testdata/events/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	known := map[string]map[string]bool{}
	for _, file := range files {
		if name := filepath.Base(file); strings.HasPrefix(name, "hostile-") || name == "INDEX.json" {
			continue
		}
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		detailType, paths := shape(t, body)
		if known[detailType] == nil {
			known[detailType] = map[string]bool{}
		}
		for path := range paths {
			known[detailType][path] = true
		}
	}
	return known
}

// shape is an event's detail-type and its fields with their types.
func shape(t *testing.T, body []byte) (string, map[string]bool) {
	t.Helper()
	var e map[string]any
	if err := json.Unmarshal(body, &e); err != nil {
		t.Fatalf("event %s: %v", body, err)
	}
	paths := map[string]bool{}
	walk(e, "", paths)
	detailType, _ := e["detail-type"].(string)
	return detailType, paths
}

func walk(value any, path string, paths map[string]bool) {
	switch v := value.(type) {
	case map[string]any:
		for name, field := range v {
			if strings.HasSuffix(path, ".dimensions") {
				name = "*"
			}
			walk(field, path+"."+name, paths)
		}
	case []any:
		for _, one := range v {
			walk(one, path+"[]", paths)
		}
	default:
		paths[fmt.Sprintf("%s (%T)", path, value)] = true
	}
}

func TestWorld_losesRepeatsAndDelaysEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, client, _ := open(t)
		copies := [][]time.Duration{nil, {0, time.Minute}, {0}}
		w.OnEvent(func([]byte) []time.Duration {
			next := copies[0]
			copies = copies[1:]
			return next
		})
		for _, body := range []string{"lost", "twice", "once"} {
			w.PutEvent([]byte(body))
		}
		arrives(t, client, "twice", "once")
		elapse(t, time.Minute)
		arrives(t, client, "twice")
	})
}

func arrives(t *testing.T, client *local.Client, want ...string) {
	t.Helper()
	got, err := client.Events().Receive(t.Context(), 10, 0)
	err = errors.Join(err, client.Events().Ack(t.Context(), got))
	if err != nil {
		t.Fatal(err)
	}
	var bodies []string
	for _, d := range got {
		bodies = append(bodies, string(d.Body))
	}
	if diff := cmp.Diff(want, bodies); diff != "" {
		t.Errorf("bodies (-want +got):\n%s", diff)
	}
}
