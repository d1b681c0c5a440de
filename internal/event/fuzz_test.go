package event_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/serinhq/serin/worker"
)

// FuzzDecode: whatever the bytes, there is an event with every key field set, or an error of exactly one class that
// repeats little. The corpus is every sample, and made-up bodies in testdata/fuzz.
func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "events", "*.json"))
	if err != nil || len(files) == 0 {
		f.Fatalf("find the samples: %v", err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatalf("read the sample: %v", err)
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		event, err := decoder().Decode(string(body))
		if (event == nil) != (err != nil) {
			t.Fatalf("got %v and %v", event, err)
		}
		if err != nil {
			checkError(t, err)
			return
		}
		for _, key := range keys(t, event) {
			if strings.TrimSpace(key) == "" || len(key) > 2*512+1 {
				t.Errorf("key %q in %+v", key, event)
			}
		}
	})
}

func checkError(t *testing.T, err error) {
	t.Helper()
	classes := 0
	for _, class := range []error{worker.ErrMalformed, worker.ErrIgnored, worker.ErrRefused} {
		if errors.Is(err, class) {
			classes++
		}
	}
	// Two names of 512 bytes, each byte quoted as at most four characters, and our own words.
	if classes != 1 || len(err.Error()) > 2*4*512+200 {
		t.Errorf("error of %d classes and %d bytes: %v", classes, len(err.Error()), err)
	}
}

// keys are the fields by which something is found, or that decide.
func keys(t *testing.T, event worker.Event) []string {
	t.Helper()
	switch e := event.(type) {
	case worker.ActionEvent:
		return append(origin(e.Origin), e.Pipeline, e.Execution, e.Stage, e.Action, e.ActionExecution, e.State)
	case worker.ExecutionEvent:
		return append(origin(e.Origin), e.Pipeline, e.Execution, e.State)
	case worker.DeploymentEvent:
		named := append(origin(e.Origin), e.Kind, e.Key, e.State)
		if e.Kind == "codedeploy" {
			application, group, _ := strings.Cut(e.Key, "/")
			named = append(named, application, group, e.ID)
		}
		return named // the others' events may name no deployment, or none that the API knows
	case worker.CheckEvent:
		return append(origin(e.Origin), e.Kind, e.Name)
	case worker.AlarmEvent:
		return append(origin(e.Origin), e.Alarm.ID, e.Alarm.Name, e.Alarm.State.String(), set(e.Alarm.At))
	case worker.AlarmEdited:
		return append(origin(e.Origin), e.Name, e.Operation)
	case worker.Tick:
		return origin(e.Origin)
	}
	t.Fatalf("unknown event %T", event)
	return nil
}

func origin(o worker.Origin) []string { return []string{o.ID, o.Account, o.Region, set(o.At)} }

// set is empty for a time that is not.
func set(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.String()
}
