package event_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/event"
	"github.com/serinhq/serin/worker"
)

func TestDecode_everySampleIsDecided(t *testing.T) {
	got := map[string]string{}
	for _, name := range samples(t) {
		got[name] = verdict(decoder().Decode(sample(t, name)))
	}
	if diff := cmp.Diff(verdicts(), got); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
}

// The index says in prose what each sample asks for; where the prose names a class, the verdict must be of it.
func TestDecode_samplesAreDecidedAsTheirIndexSays(t *testing.T) {
	for _, entry := range index(t) {
		_, err := decoder().Decode(sample(t, entry.File))
		var ok bool
		switch want, _, _ := strings.Cut(entry.Expect, " or "); {
		case want == "permanent reject", strings.HasPrefix(entry.Expect, "rule used an InputTransformer"),
			strings.HasPrefix(entry.Expect, "unwrap only"), strings.HasPrefix(entry.Expect, "reject or treat as unknown time"):
			ok = errors.Is(err, worker.ErrMalformed)
		case strings.HasPrefix(want, "reject"):
			ok = errors.Is(err, worker.ErrRefused)
		case strings.HasPrefix(want, "ack and count"):
			ok = errors.Is(err, worker.ErrIgnored)
		default:
			ok = err == nil || errors.Is(err, worker.ErrIgnored)
		}
		if !ok {
			t.Errorf("%s: %v, the index says: %s", entry.File, err, entry.Expect)
		}
	}
}

func TestDecode_originIsTheEnvelope(t *testing.T) {
	got, err := decoder().Decode(sample(t, "codepipeline-action-approval-started.json"))
	if err != nil {
		t.Fatal(err)
	}
	want := worker.Origin{
		ID:      "9581c346-992f-5e19-9419-d8679b85c538",
		Account: "111122223333",
		Region:  "us-east-1",
		At:      time.Date(2026, 11, 20, 13, 56, 11, 0, time.UTC),
	}
	if diff := cmp.Diff(want, got.(worker.ActionEvent).Origin); diff != "" {
		t.Errorf("origin (-want +got):\n%s", diff)
	}
}

func decoder() *event.Decoder {
	return event.NewDecoder(event.Options{Accounts: []string{"111122223333"}, Regions: []string{"us-east-1"}})
}

// verdict writes a result as one line.
func verdict(e worker.Event, err error) string {
	for _, class := range []error{worker.ErrMalformed, worker.ErrIgnored, worker.ErrRefused} {
		if errors.Is(err, class) {
			return class.Error()
		}
	}
	switch e := e.(type) {
	case worker.ActionEvent:
		line := fmt.Sprintf("action %s %s/%s %s of %s", e.State, e.Stage, e.Action, e.ActionExecution, run(e.Pipeline, e.Execution))
		if e.Approval {
			return "approval " + line
		}
		return line
	case worker.ExecutionEvent:
		if e.Stage != "" {
			return fmt.Sprintf("stage %s %s of %s", e.State, e.Stage, run(e.Pipeline, e.Execution))
		}
		return fmt.Sprintf("execution %s %s", e.State, run(e.Pipeline, e.Execution))
	case worker.DeploymentEvent:
		return fmt.Sprintf("deployment %s %s of %s %s", e.State, e.ID, e.Kind, e.Key)
	case worker.CheckEvent:
		return fmt.Sprintf("check %s %s", e.Kind, e.Name)
	case worker.AlarmEvent:
		line := fmt.Sprintf("%s is %s at %s", e.Alarm.Name, e.Alarm.State, e.Alarm.At.Format(time.RFC3339Nano))
		if e.Alarm.Muted {
			return "muted " + line
		}
		return line
	case worker.AlarmEdited:
		return fmt.Sprintf("%s was changed by %s", e.Name, e.Operation)
	case worker.Tick:
		return "tick"
	}
	return fmt.Sprintf("neither an event nor a class: %v, %v", e, err)
}

func run(pipeline, execution string) string { return pipeline + "/" + execution }

type indexed struct{ File, Expect string }

func index(t *testing.T) []indexed {
	t.Helper()
	var all struct{ Files []indexed }
	if err := json.Unmarshal([]byte(sample(t, "INDEX.json")), &all); err != nil {
		t.Fatalf("read the index: %v", err)
	}
	if len(all.Files) == 0 {
		t.Fatal("the index is empty")
	}
	return all.Files
}

func samples(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join("testdata", "events"))
	if err != nil {
		t.Fatalf("list the samples: %v", err)
	}
	var names []string
	for _, entry := range entries {
		if entry.Name() != "INDEX.json" {
			names = append(names, entry.Name())
		}
	}
	return names
}

func sample(tb testing.TB, name string) string {
	tb.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", "events", name))
	if err != nil {
		tb.Fatalf("read the sample: %v", err)
	}
	return string(body)
}
