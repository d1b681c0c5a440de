package infra_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/canaryfile"
)

// planned draws a plan in a world without engines.
func planned(t *testing.T, seed uint64) *torment {
	t.Helper()
	c := ownCloud(t, awstest.Options{NoEngines: true, Failf: t.Errorf})
	x := &torment{dice: seeded(seed, "plan"), movers: map[string]mover{}}
	x.stage = c.furnish(t, "torture", nil)
	x.planTorture(provenReleases)
	return x
}

func TestTorturePlan_hasEveryKindAndEveryEndingInItsReleases(t *testing.T) {
	for seed := range uint64(5) {
		releases, kinds, endings, both := 0, map[string]bool{}, map[ending]bool{}, map[string]bool{}
		for _, trial := range planned(t, seed).trials {
			kinds[trial.kind] = true
			for _, r := range trial.rounds {
				releases++
				endings[r.end] = true
				both[trial.kind+" "+r.end.phase()] = true
			}
			if file, err := canaryfile.Load(trial.name, []byte(trial.file)); err != nil || file.Plan.Canary != trial.name {
				t.Errorf("the file of %s (%s) is of canary %q, %v:\n%s", trial.name, trial.kind, file.Plan.Canary, err, trial.file)
			}
		}
		if releases != provenReleases || len(kinds) != len(tortureKinds()) || len(endings) != int(endReverted) || len(both) != 2*len(kinds) {
			t.Errorf("seed %d: %d releases, kinds %v, endings %v, both ways %v", seed, releases, kinds, endings, both)
		}
	}
}

func TestTorturePlan_missesAKindThatNeverEndedAsItWanted(t *testing.T) {
	x := planned(t, 7)
	var all []tortureItem
	for _, trial := range x.trials {
		for _, r := range trial.rounds {
			all = append(all, tortureItem{Canary: trial.name, Phase: r.end.phase()})
		}
	}
	if why := x.missing(x.outcomes(all)); why != nil {
		t.Errorf("when all ended as they were meant to: %q", why)
	}
	outcomes := x.outcomes(all)
	outcomes["apigateway"]["rolled_back"], outcomes["appconfig"]["promoted"] = 0, 0
	if why := x.missing(outcomes); len(why) != 2 {
		t.Errorf("%q, want that two are missing", why)
	}
}

func TestTorturePlan_isTheSameForTheSameSeed(t *testing.T) {
	drawn := func(seed uint64) (all []string) {
		for _, trial := range planned(t, seed).trials {
			for _, r := range trial.rounds {
				all = append(all, fmt.Sprint(trial.name, trial.kind, trial.rough, trial.asks, r.n, r.end, r.at))
			}
		}
		return all
	}
	if diff := cmp.Diff(drawn(7), drawn(7)); diff != "" {
		t.Errorf("the second time it is another:\n%s", diff)
	}
	if cmp.Equal(drawn(7), drawn(8)) {
		t.Error("two seeds draw the same plan")
	}
}
