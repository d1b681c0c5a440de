package local_test

import (
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

func TestCheck_runsOnceAKey(t *testing.T) {
	porttest.Check(t, func(t *testing.T) porttest.CheckHarness {
		t.Helper()
		w, client, faults := open(t)
		w.CreateProject("smoke")
		check, err := client.Checks().Open(statemachine.CheckSpec{Kind: local.KindCodeBuild, Name: "smoke"})
		if err != nil {
			t.Fatal(err)
		}
		return porttest.CheckHarness{
			Check: check, Faults: faults, Gone: "smoke:7",
			End: func(_ *testing.T, run string, passed bool, text string) { w.EndBuild(run, passed, text) },
			Started: func(_ *testing.T, key string) int {
				n := 0
				for _, b := range w.Builds("smoke") {
					if b.Key == key {
						n++
					}
				}
				return n
			},
		}
	}, synctest.Test)
}

func TestWorld_tellsOfABuildAsCodeBuildDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, client, _ := open(t)
		w.CreateProject("smoke")
		check, err := client.Checks().Open(statemachine.CheckSpec{Kind: local.KindCodeBuild, Name: "smoke"})
		if err != nil {
			t.Fatal(err)
		}
		run, err := check.Start(t.Context(), "k", worker.CheckInput{})
		if err != nil {
			t.Fatal(err)
		}
		w.EndBuild(run, true, "")
		_, events := received(t, w)
		said := worker.CheckEvent{Kind: "codebuild", Name: "smoke"}
		if diff := cmp.Diff([]worker.Event{said, said}, events, cmpopts.IgnoreTypes(worker.Origin{})); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	})
}
