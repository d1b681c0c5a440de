package infra_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// siteConfig is what a person wrote, and siteHeaders how it is served.
const siteConfig = `{
  "schema": 1, "salt": "shop",
  "stable": "a1", "canary": null, "percentage": 0, "rev": 0,
  "assets": {"base": "/releases/{version}/", "scripts": ["app.js"]},
  "rules": [{"attribute": "cohort", "values": ["staff"], "serve": "canary"}]
}
`

const siteFile = `schema: 1
name: NAME
trigger:
  pipeline: {name: NAME, stage: Canary, action: Gate}
targets:
  - staticsite: {bucket: NAME, assets: "releases/{version}/app.js", version: "#{Deploy.Prefix}"BEHIND}
steps:
  - {weight: 10, bake: 1s}
  - {weight: 50, bake: 1s}
alarms: [NAME]
deadline: 3m
`

// site makes a bucket and a canary on it.
func (s *stage) site(file string) {
	s.t.Helper()
	s.bucket()
	s.pipeline(s.name)
	s.alarm(s.name)
	s.apply(strings.ReplaceAll(file, "NAME", s.name))
}

// bucket makes one with a config and the files of two versions.
func (s *stage) bucket() {
	s.files.CreateBucket(s.name)
	s.files.PutFile(s.name, "canary-config.json", siteConfig, map[string]string{"Cache-Control": "max-age=1", "Content-Type": "application/json"})
	for _, version := range []string{"a1", "b2"} {
		s.files.PutFile(s.name, "releases/"+version+"/app.js", "//", nil)
	}
}

// siteShows are the configs there were, in order: "a1 b2 10".
func (s *stage) siteShows() []string {
	var shown []string
	for _, change := range s.Changes() {
		if state, ok := change.State.(awstest.ObjectState); ok && change.Resource == "arn:aws:s3:::"+s.name+"/canary-config.json" {
			shown = append(shown, siteSays(state))
		}
	}
	return slices.Compact(shown)
}

// siteSays is what a config object shows, or how anything else of it has changed.
func siteSays(state awstest.ObjectState) string {
	if state.Header["Cache-Control"] != "max-age=1" {
		return fmt.Sprintf("another: %+v", state)
	}
	return configSays(state.Body)
}

// configSays is what a config shows, or the whole of it when anything else in it has changed.
func configSays(text string) string {
	own := regexp.MustCompile(`"stable": ("[a-z0-9]+"), "canary": ("[a-z0-9]+"|null), "percentage": ([0-9.]+), "rev": [0-9]+`)
	found := own.FindStringSubmatch(text)
	if found == nil || own.ReplaceAllString(text, "") != own.ReplaceAllString(siteConfig, "") {
		return "another: " + text
	}
	return fmt.Sprintf("%s %s %s", strings.Trim(found[1], `"`), strings.Trim(found[2], `"`), found[3])
}

func (s *stage) wantSite(want ...string) {
	s.t.Helper()
	s.wantConfigs(s.siteShows(), want)
}

func (s *stage) wantConfigs(shown, want []string) {
	s.t.Helper()
	if diff := cmp.Diff(want, shown); diff != "" {
		s.t.Errorf("what the config of %s said (-want +got):\n%s%s", s.name, diff, s.story())
	}
}

func TestStaticSite_goesToTheNewVersionAndKeepsEveryOtherByte(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "site")
	distribution := s.edges.CreateDistribution(s.name, "")
	s.site(strings.Replace(siteFile, "BEHIND", ", distribution: "+distribution, 1))
	s.readyWorker("site-a")
	_, events := s.openGateWith(map[string]map[string]string{"Deploy": {"Prefix": "b2"}})
	s.emit(last(events))
	r := s.settles(s.name, 0)
	if r.Phase != "promoted" {
		t.Errorf("the release is %s: %s", r.Phase, r.Reason)
	}
	s.wantSite("a1 null 0", "a1 b2 10", "a1 b2 50", "b2 null 0")
	if got := len(s.edges.Invalidations(distribution)); got < 3 {
		t.Errorf("%d invalidations, want one a write", got)
	}
	s.shows(r.Release)
	s.wantAnswers("Approved")
}

func TestStaticSite_anAlarmPutsTheConfigBack(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "site-back")
	s.site(strings.NewReplacer("BEHIND", "", "50, bake: 1s", "50, bake: 30s").Replace(siteFile))
	s.readyWorker("site-back-a")
	_, events := s.openGateWith(map[string]map[string]string{"Deploy": {"Prefix": "b2"}})
	s.emit(last(events))
	s.bakes(s.name, 0, 50)
	s.emit(s.alarms.SetState(s.name, "ALARM", alarmText))
	if r := s.settles(s.name, 0); r.Phase != "rolled_back" {
		t.Errorf("the release is %s: %s", r.Phase, r.Reason)
	}
	s.wantSite("a1 null 0", "a1 b2 10", "a1 b2 50", "a1 null 0")
	s.wantAnswers("Rejected")
}
