package infra_test

import (
	"strings"
	"testing"
)

// secretEdgeFile moves a pair of task sets, a domain's records and a distribution: all at once, as a bake in between would
// wait for resolvers.
const secretEdgeFile = `schema: 1
name: NAME
trigger: {pipeline: {name: NAME, stage: Canary, action: Gate}}
targets:
TARGETSsteps:
  - {weight: 100, bake: 10m}
alarms: [NAME]
`

// A promotion at the edge has no undo, so the configuration that it overwrites is kept: without the secret that it sends to
// an origin, which goes back with it all the same.
func TestSecrets_ofAnEdgeAreToldNowhere(t *testing.T) {
	t.Parallel()
	s := ownStage(t, "secret-edge", 1)
	s.settings["SERIN_LOG_LEVEL"] = "debug"
	s.markAnswers()
	s.secretPipeline()
	e := s.edge()
	s.apply(strings.NewReplacer("NAME", s.name, "TARGETS", s.fleet().target(s)+s.domain().target()+e.target()).Replace(secretEdgeFile))
	heard := s.overhear("secret-edge-a")
	w := s.readyWorker("secret-edge-a")
	_, events := s.openSecretGateWith(map[string]string{})
	s.emitMarked(events...)
	s.bakes(s.name, 0, 100)
	s.emitMarked(s.alarms.SetState(s.name, "ALARM", mark))
	if r := s.settles(s.name, 0); r.Phase != "rolled_back" {
		t.Errorf("the release is %s: %s\n%s", r.Phase, r.Reason, s.story())
	}
	var told strings.Builder
	s.tellsAll(&told, s.name, "describe", "history")
	s.tell(&told, "rollback", s.name, "--print")
	s.keepsQuiet(w, heard, told.String())
	if !strings.Contains(unpacked(s.table()), originKey) || !strings.Contains(told.String(), originKey) {
		t.Error("no restore point holds the configuration: the search is blind")
	}
	if config := s.edges.Distribution(e.primary).Config; !strings.Contains(config, mark) || !strings.Contains(config, "/v1") {
		t.Errorf("the distribution is not as it was: %s", config)
	}
}
