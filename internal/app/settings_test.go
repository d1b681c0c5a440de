package app

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// from reads settings from an environment.
func from(env map[string]string) (Settings, error) {
	return Read(func(one Setting) string { return env[one.Env] })
}

func TestRead_defaultsAreTheDesigns(t *testing.T) {
	got, err := from(nil)
	want := Settings{
		EventBus: "default", Resync: time.Minute, Lease: 15 * time.Second, CallTimeout: 5 * time.Second,
		Drain: 30 * time.Second, HTTPAddr: "127.0.0.1:8480", LogLevel: "info",
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("error %v, defaults (-want +got):\n%s", err, diff)
	}
}

func TestRead_takesEverySetting(t *testing.T) {
	got, err := from(map[string]string{
		"SERIN_QUEUE_URL": "https://sqs/1/serin", "SERIN_COMMAND_QUEUE_URL": "http://127.0.0.1:5000/1/commands",
		"SERIN_TABLE": " serin ", "SERIN_EVENT_BUS": "ops", "SERIN_RESYNC": "2s", "SERIN_LEASE": "3s",
		"SERIN_CALL_TIMEOUT": "1s", "SERIN_DRAIN": "21s", "SERIN_HTTP_ADDR": ":0",
		"SERIN_ACCOUNTS": "111122223333, 444455556666,", "SERIN_REGIONS": "eu-central-1,us-gov-west-1", "SERIN_LOG_LEVEL": "debug",
	})
	want := Settings{
		QueueURL: "https://sqs/1/serin", CommandQueueURL: "http://127.0.0.1:5000/1/commands", Table: "serin", EventBus: "ops",
		Resync: 2 * time.Second, Lease: 3 * time.Second, CallTimeout: time.Second, Drain: 21 * time.Second, HTTPAddr: ":0",
		Accounts: []string{"111122223333", "444455556666"}, Regions: []string{"eu-central-1", "us-gov-west-1"}, LogLevel: "debug",
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("error %v, settings (-want +got):\n%s", err, diff)
	}
}

func TestRead_namesWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ env, value, says string }{
		{"SERIN_QUEUE_URL", "serin", "(--queue-url) is \"serin\", must be a queue's URL"},
		{"SERIN_QUEUE_URL", "ftp://host/serin", "must be a queue's URL"},
		{"SERIN_COMMAND_QUEUE_URL", "://", "(--command-queue-url) is \"://\", must be a queue's URL"},
		{"SERIN_RESYNC", "60", "(--resync) is \"60\", must be a duration above zero"},
		{"SERIN_RESYNC", "0s", "must be a duration above zero"},
		{"SERIN_LEASE", "-1s", "must be a duration above zero"},
		{"SERIN_LEASE", "14s", "(--lease) is 14s, must be at least three times SERIN_CALL_TIMEOUT (5s)"},
		{"SERIN_CALL_TIMEOUT", "x", "(--call-timeout) is \"x\", must be a duration"},
		{"SERIN_DRAIN", "24s", "(--drain) is 24s, must be at least the long poll (20s) plus SERIN_CALL_TIMEOUT (5s)"},
		{"SERIN_HTTP_ADDR", "8480", "(--http-addr) is \"8480\", must be host:port"},
		{"SERIN_HTTP_ADDR", "127.0.0.1:99999", "must be host:port"},
		{"SERIN_ACCOUNTS", "111122223333,12", "(--accounts) is \"111122223333,12\", must be account ids of twelve digits"},
		{"SERIN_REGIONS", "frankfurt", "(--regions) is \"frankfurt\", must be regions such as"},
		{"SERIN_LOG_LEVEL", "loud", "(--log-level) is \"loud\", must be debug, info, warn or error"},
		{"SERIN_LOG_LEVEL", "fatal", "must be debug, info, warn or error"},
	} {
		_, err := from(map[string]string{c.env: c.value})
		if _, ok := errors.AsType[*SettingsError](err); !ok || !strings.Contains(err.Error(), c.env+" ") || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s=%s: error %v, want %s and %q in it", c.env, c.value, err, c.env, c.says)
		}
	}
}

func TestRead_refusesOneQueueForEventsAndCommands(t *testing.T) {
	_, err := from(map[string]string{"SERIN_QUEUE_URL": "https://sqs/1/serin", "SERIN_COMMAND_QUEUE_URL": "https://sqs/1/serin"})
	if err == nil || !strings.Contains(err.Error(), "SERIN_COMMAND_QUEUE_URL (--command-queue-url) is the event queue") {
		t.Errorf("error %v, want the command queue refused", err)
	}
}

func TestRead_reportsAllAtOnce(t *testing.T) {
	wrong := map[string]string{}
	for _, one := range All() {
		if one.Env != "SERIN_TABLE" && one.Env != "SERIN_EVENT_BUS" { // any text will do
			wrong[one.Env] = "?"
		}
	}
	_, err := from(wrong)
	problems, ok := errors.AsType[*SettingsError](err)
	if !ok || len(problems.Problems) != len(wrong) {
		t.Fatalf("error %v, want %d problems", err, len(wrong))
	}
	for env := range wrong {
		if !strings.Contains(err.Error(), env) {
			t.Errorf("%s is not named in %v", env, err)
		}
	}
}

func TestNeed_namesEveryMissingSetting(t *testing.T) {
	s := Settings{Table: "serin"}
	err := s.Need("queue-url", "command-queue-url", "table")
	problems, ok := errors.AsType[*SettingsError](err)
	if !ok || len(problems.Problems) != 2 || !strings.Contains(err.Error(), "SERIN_QUEUE_URL (--queue-url) is not set") {
		t.Errorf("error %v, want the two queues", err)
	}
	if err := s.Need("table"); err != nil {
		t.Errorf("the table is set, but: %v", err)
	}
}
