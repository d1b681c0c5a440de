package infra_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	appconfigtypes "github.com/aws/aws-sdk-go-v2/service/appconfig/types"
	stacktypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// watched is a deployment that AWS moves without a stop on its way: Serin watches it, and takes it back.
type watched struct {
	// trigger is the file's.
	trigger string
	// begin starts one, on takes it some of its way, succeed to its end; each tells its events.
	begin, on, succeed func() ([]json.RawMessage, error)
	// stop is the change that takes it back, and ended what it is then.
	stop  string
	ended func() string
	back  string
}

const watchedFile = `schema: 1
name: NAME
trigger: TRIGGER
alarms: [NAME]
deadline: 5m
`

func (s *stage) watchConfig() watched {
	app := s.configs.CreateApplication(s.name)
	env := s.configs.CreateEnvironment(app, "prod")
	profile, strategy := s.configs.CreateProfile(app, "flags"), s.configs.CreateStrategy(awstest.ConfigurationStrategy{GrowthPct: 20, BakeMinutes: 10})
	return watched{
		trigger: fmt.Sprintf("{appconfig: {application: %q, environment: %q}}", app, env), // an id may look like a number
		begin: func() ([]json.RawMessage, error) {
			_, events, err := s.configs.StartDeployment(app, env, awstest.ConfigurationWish{Profile: profile, Version: "4", Strategy: strategy})
			return events, err
		},
		on: func() ([]json.RawMessage, error) { return s.configs.Advance(app, env) },
		succeed: func() ([]json.RawMessage, error) {
			return s.configs.AdvanceTo(app, env, appconfigtypes.DeploymentStateComplete)
		},
		stop: "configuration-stop", back: "ROLLED_BACK",
		ended: func() string { return string(s.configs.Deployment(app, env).State) },
	}
}

func (s *stage) watchShop() watched {
	s.shops.CreateEnvironment("shop", s.name, awstest.EnvironmentOptions{})
	return watched{
		trigger: "{beanstalk: {environment: " + s.name + "}}",
		begin:   func() ([]json.RawMessage, error) { return s.shops.StartUpdate(s.name, "v2") },
		on:      func() ([]json.RawMessage, error) { return s.shops.Advance(s.name) },
		succeed: func() ([]json.RawMessage, error) {
			return s.advanced(func() bool { return s.shops.Environment(s.name).Status == "Ready" }, s.shops.Advance)
		},
		stop: "environment-abort", back: "v1 Ready",
		ended: func() string {
			e := s.shops.Environment(s.name)
			return e.VersionLabel + " " + string(e.Status)
		},
	}
}

func (s *stage) watchStack() watched {
	s.stacks.DeclareStack(s.name, awstest.StackOptions{})
	return watched{
		trigger: "{cloudformation: {stack: " + s.name + "}}",
		begin:   func() ([]json.RawMessage, error) { return s.stacks.StartUpdate(s.name, "", false) },
		on:      func() ([]json.RawMessage, error) { return nil, nil },
		succeed: func() ([]json.RawMessage, error) {
			return s.advanced(func() bool { return s.stacks.Stack(s.name).Status == stacktypes.StackStatusUpdateComplete }, s.stacks.Advance)
		},
		stop: "stack-cancel", back: string(stacktypes.StackStatusUpdateRollbackComplete),
		ended: func() string { return string(s.stacks.Stack(s.name).Status) },
	}
}

// advanced takes it on until it is there.
func (s *stage) advanced(there func() bool, on func(string) ([]json.RawMessage, error)) (all []json.RawMessage, err error) {
	for !there() {
		events, err := on(s.name)
		if err != nil {
			return nil, err
		}
		all = append(all, events...)
	}
	return all, nil
}

// does has it happen, and says so.
func (s *stage) does(what func() ([]json.RawMessage, error)) {
	s.t.Helper()
	s.emit(s.happens(what)...)
}

// happens has it happen, and returns the events.
func (s *stage) happens(what func() ([]json.RawMessage, error)) []json.RawMessage {
	s.t.Helper()
	events, err := what()
	if err != nil {
		s.t.Fatal(err)
	}
	return events
}

// stops counts the changes of a kind by workers of this stage.
func (s *stage) stops(kind string) int {
	n := 0
	for _, change := range s.Changes() {
		if change.Kind == kind && strings.HasPrefix(change.Actor, s.name) {
			n++
		}
	}
	return n
}

func watchedKinds() map[string]func(*stage) watched {
	return map[string]func(*stage) watched{"config": (*stage).watchConfig, "shop": (*stage).watchShop, "stack": (*stage).watchStack}
}

func (s *stage) guards(w watched) {
	s.t.Helper()
	s.alarm(s.name)
	s.apply(strings.NewReplacer("NAME", s.name, "TRIGGER", w.trigger).Replace(watchedFile))
	s.readyWorker(s.name + "-a")
	s.readyWorker(s.name + "-b")
	s.does(w.begin)
	s.reaches(s.name, 0, "shifting", func(r releaseItem) bool { return r.Phase == "shifting" })
	s.does(w.on)
}

func TestWatched_goesToItsEndUntouched(t *testing.T) {
	t.Parallel()
	for name, kind := range watchedKinds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := bareStage(t, name+"-through")
			w := kind(s)
			s.guards(w)
			s.shows(s.releases(s.name)[0].Release)
			s.does(w.succeed)
			if r := s.settles(s.name, 0); r.Phase != "promoted" {
				t.Errorf("the release is %s: %s\n%s", r.Phase, r.Reason, s.story())
			}
			if n := s.stops(w.stop); n != 0 {
				t.Errorf("it was stopped %d times", n)
			}
		})
	}
}

func TestWatched_anAlarmTakesItBackOnce(t *testing.T) {
	t.Parallel()
	for name, kind := range watchedKinds() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := bareStage(t, name+"-back")
			w := kind(s)
			s.guards(w)
			alarm := s.alarms.SetState(s.name, "ALARM", alarmText)
			s.emit(slices.Repeat([]json.RawMessage{alarm}, 3)...)
			if r := s.settles(s.name, 0); r.Phase != "rolled_back" {
				t.Errorf("the release is %s: %s\n%s", r.Phase, r.Reason, s.story())
			}
			if diff := cmp.Diff(w.back, w.ended()); diff != "" {
				t.Errorf("what it is (-want +got):\n%s", diff)
			}
			if n := s.stops(w.stop); n != 1 {
				t.Errorf("it was stopped %d times, want once", n)
			}
		})
	}
}

func TestWatched_aFailedUpdateThatKeepsWhatItDidIsRolledBack(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "stack-kept")
	w := s.watchStack()
	w.begin = func() ([]json.RawMessage, error) { return s.stacks.StartUpdate(s.name, "", true) }
	s.guards(w)
	s.does(func() ([]json.RawMessage, error) { return s.stacks.Fail(s.name, "no capacity") })
	if r := s.settles(s.name, 0); r.Phase != "rolled_back" {
		t.Errorf("the release is %s: %s\n%s", r.Phase, r.Reason, s.story())
	}
	if n := s.stops("stack-rollback"); n != 1 || w.ended() != w.back {
		t.Errorf("rolled back %d times, and is %s", n, w.ended())
	}
}
