package infra_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/codebuild/types"

	"github.com/serinhq/serin/internal/awstest"
)

// secretKindsFile moves a site in a bucket, one in a store, a stage and a rule, and asks a build and a function.
const secretKindsFile = `schema: 1
name: NAME
trigger: {pipeline: {name: NAME, stage: Canary, action: Gate}}
targets:
  - staticsite: {bucket: NAME, distribution: EDGE, version: "#{Deploy.Prefix}"}
  - staticsite: {keyValueStore: "STORE", version: "#{Deploy.Prefix}"}
TARGETSsteps:
  - {weight: 10, bake: 1s}
  - {codebuild: {project: NAME}, timeout: 5m}
  - {lambda: {function: NAME}, timeout: 5m}
  - {weight: 50, bake: 1s}
alarms: [NAME]
deadline: 3m
`

// secretSite is a config that has the mark in every member that is its owner's.
func secretSite() string {
	return strings.NewReplacer("shop", mark, "cohort", mark, "staff", mark).Replace(siteConfig)
}

// plantedKinds is a stage with the mark in every corner of a bucket, a store, an API, a service and a function.
func plantedKinds(t *testing.T) *stage {
	t.Helper()
	s := ownStage(t, "secret-kinds", 1)
	s.settings["SERIN_LOG_LEVEL"] = "debug"
	s.markAnswers()
	s.secretPipeline()
	s.files.CreateBucket(s.name)
	s.files.PutFile(s.name, "canary-config.json", secretSite(), map[string]string{"Cache-Control": "max-age=1", "X-Amz-Meta-Password": mark})
	store := s.stores.CreateStore(map[string]string{"canary-config.json": secretSite(), "password": mark})
	api := s.gateway.CreateRestAPI(mark, mark)
	s.gateway.CreateStage(api, "prod", map[string]string{"password": mark})
	s.functions.CreateFunction(s.name, awstest.FunctionConfig{Code: "one", Environment: map[string]string{"PASSWORD": mark}})
	s.builds.CreateProject(s.name)
	s.builds.SetVariable(s.name, "PASSWORD", mark)
	s.apply(strings.NewReplacer("NAME", s.name, "STORE", store, "EDGE", s.edges.CreateDistribution(mark, ""),
		"TARGETS", restTarget(api)+s.mesh(s.name, true).target()).Replace(secretKindsFile))
	return s
}

// One release goes to its end, one is disliked by the build, one by a function that ends with an error.
func TestSecrets_ofSitesAnAPIAndTheirChecksAreToldNowhere(t *testing.T) {
	t.Parallel()
	s := plantedKinds(t)
	answer := awstest.InvocationAnswer{Payload: []byte(`{"status":"pass","token":"` + mark + `"}`)}
	s.functions.Answer(s.name, func(awstest.Invocation) awstest.InvocationAnswer { return answer })
	heard := s.overhear("secret-kinds-a")
	w := s.readyWorker("secret-kinds-a")
	phases := []string{"promoted", "rolled_back", "rolled_back"}
	for i, status := range []types.StatusType{types.StatusTypeSucceeded, types.StatusTypeFailed, types.StatusTypeSucceeded} {
		if i == 2 {
			answer = awstest.InvocationAnswer{Payload: []byte(`{"errorMessage":"` + mark + `"}`), Failed: "Unhandled"}
		}
		_, events := s.openSecretGateWith(map[string]string{"Prefix": []string{"b2", "c3", "d4"}[i]})
		s.emitMarked(events...)
		s.endsMarked(s.build(i+1), status)
		if r := s.settles(s.name, i); r.Phase != phases[i] {
			t.Errorf("release %d is %s, want %s: %s\n%s", i, r.Phase, phases[i], r.Reason, s.story())
		}
	}
	var told strings.Builder
	s.tellsAll(&told, s.name, "describe", "history")
	s.tell(&told, "rollback", s.name, "--print")
	s.keepsQuiet(w, heard, told.String())
}

// endsMarked finishes a build, and says so with the mark wherever the event has room for one.
func (s *stage) endsMarked(b awstest.BuildState, status types.StatusType) {
	s.t.Helper()
	s.doesMarked(func() ([]json.RawMessage, error) { return s.builds.FinishBuild(b.ID, status) })
}

// tellsAll keeps what command lines say of a canary's releases.
func (s *stage) tellsAll(told *strings.Builder, canary string, verbs ...string) {
	s.t.Helper()
	for _, r := range s.releases(canary) {
		for _, verb := range verbs {
			s.tell(told, verb, r.Release)
			s.tell(told, verb, r.Release, "-o", "json")
		}
	}
}

// Of each deployment that AWS moves by itself one goes to its end, and the alarm stops the next.
func TestSecrets_ofGuardedDeploymentsAreToldNowhere(t *testing.T) {
	t.Parallel()
	s := ownStage(t, "secret-guards", 1)
	s.settings["SERIN_LOG_LEVEL"] = "debug"
	s.markAnswers()
	heard := s.overhear("secret-guards-a")
	w := s.readyWorker("secret-guards-a")
	var told strings.Builder
	for kind, make := range watchedKinds() {
		canary, guarded := s.name+"-"+kind, make(s)
		s.alarm(canary)
		s.apply(strings.NewReplacer("NAME", canary, "TRIGGER", guarded.trigger).Replace(watchedFile))
		for i, phase := range []string{"promoted", "rolled_back"} {
			s.doesMarked(guarded.begin)
			s.reaches(canary, i, "shifting", func(r releaseItem) bool { return r.Phase == "shifting" })
			s.doesMarked(guarded.on)
			if i == 0 {
				s.doesMarked(guarded.succeed)
			} else {
				s.emitMarked(s.alarms.SetState(canary, "ALARM", mark))
			}
			if r := s.settles(canary, i); r.Phase != phase {
				t.Errorf("release %d of %s is %s, want %s: %s", i, canary, r.Phase, phase, r.Reason)
			}
		}
		s.tellsAll(&told, canary, "describe", "history")
	}
	s.keepsQuiet(w, heard, told.String())
}

// doesMarked has it happen, and says so with the mark wherever its events have room for one.
func (s *stage) doesMarked(what func() ([]json.RawMessage, error)) {
	s.t.Helper()
	s.emitMarked(s.happens(what)...)
}
