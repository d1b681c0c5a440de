package infra_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/serinhq/serin/internal/awstest"
)

const siteStoreFile = `schema: 1
name: NAME
trigger:
  pipeline: {name: NAME, stage: Canary, action: Gate}
targets:
  - staticsite: {keyValueStore: "STORE", version: "#{Deploy.Prefix}"}
steps:
  - {weight: 10, bake: 1s}
  - {weight: 50, bake: 1s}
alarms: [NAME]
deadline: 3m
`

// siteStore makes a store with a config and another key, and a canary on the config.
func (s *stage) siteStore(file string) (arn string) {
	s.t.Helper()
	arn = s.stores.CreateStore(map[string]string{"canary-config.json": siteConfig, "redirects": "none"})
	s.pipeline(s.name)
	s.alarm(s.name)
	s.apply(strings.NewReplacer("NAME", s.name, "STORE", arn).Replace(file))
	return arn
}

// storeShows are the configs there were, in order: "a1 b2 10".
func (s *stage) storeShows(arn string) []string {
	var shown []string
	for _, change := range s.Changes() {
		if state, ok := change.State.(awstest.StoreState); ok && change.Resource == arn {
			shown = append(shown, configSays(state.Values["canary-config.json"]))
		}
	}
	return slices.Compact(shown)
}

func TestSiteStore_goesToTheNewVersionBesideOtherWriters(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "store")
	arn := s.siteStore(siteStoreFile)
	others := 0
	s.watch("store-a", watcher{before: func(c awstest.Call) {
		if c.Operation == "PutKey" && others < 3 { // the store's ETag moves between the worker's read and its write
			others++
			s.stores.SetKey(arn, "redirects", strings.Repeat("x", others))
		}
	}})
	s.readyWorker("store-a")
	_, events := s.openGateWith(map[string]map[string]string{"Deploy": {"Prefix": "b2"}})
	s.emit(last(events))
	r := s.settles(s.name, 0)
	if r.Phase != "promoted" {
		t.Errorf("the release is %s: %s", r.Phase, r.Reason)
	}
	s.wantConfigs(s.storeShows(arn), []string{"a1 null 0", "a1 b2 10", "a1 b2 50", "b2 null 0"})
	if got := s.stores.Store(arn).Values["redirects"]; got != "xxx" {
		t.Errorf("the other key's value is %q", got)
	}
	s.shows(r.Release)
	s.wantAnswers("Approved")
}

func TestSiteStore_anAlarmPutsTheValueBack(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "store-back")
	arn := s.siteStore(strings.Replace(siteStoreFile, "50, bake: 1s", "50, bake: 30s", 1))
	s.readyWorker("store-back-a")
	_, events := s.openGateWith(map[string]map[string]string{"Deploy": {"Prefix": "b2"}})
	s.emit(last(events))
	s.bakes(s.name, 0, 50)
	s.emit(s.alarms.SetState(s.name, "ALARM", alarmText))
	if r := s.settles(s.name, 0); r.Phase != "rolled_back" {
		t.Errorf("the release is %s: %s", r.Phase, r.Reason)
	}
	s.wantConfigs(s.storeShows(arn), []string{"a1 null 0", "a1 b2 10", "a1 b2 50", "a1 null 0"})
	s.wantAnswers("Rejected")
}
