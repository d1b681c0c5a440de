package infra_test

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// seeded is the generator of one concern: what it draws is by the seed, whatever is drawn for others and when.
func seeded(seed uint64, concern string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(concern)) // a hash never fails
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// drawTime draws a part of a time.
func drawTime(dice *rand.Rand, most time.Duration) time.Duration {
	return time.Duration(dice.Int64N(int64(most)))
}

func TestTortureSeed_decidesWhatIsDrawnForEachConcern(t *testing.T) {
	drawn := func(seed uint64) (all []string) {
		kills, events, rumours := seeded(seed, "kills"), seeded(seed, "events of t000"), seeded(seed, "events of t001")
		for range 20 {
			all = append(all, fmt.Sprint(drawBlow(kills, 3), drawCopies(events, tortureLost), drawCopies(rumours, rumourLost)))
		}
		return all
	}
	if diff := cmp.Diff(drawn(7), drawn(7)); diff != "" {
		t.Errorf("the second time it is another:\n%s", diff)
	}
	if cmp.Equal(drawn(7), drawn(8)) {
		t.Error("two seeds draw the same")
	}
	if a, b := seeded(7, "kills"), seeded(7, "plan"); a.Uint64() == b.Uint64() {
		t.Error("two concerns draw the same")
	}
}

// One that is lost must not change what becomes of the next.
func TestTortureSeed_drawsAnEventsFateWhateverBecameOfTheOneBefore(t *testing.T) {
	all, none := seeded(7, "events"), seeded(7, "events")
	drawCopies(all, 0)
	drawCopies(none, 1)
	if diff := cmp.Diff(drawCopies(all, 0), drawCopies(none, 0)); diff != "" {
		t.Errorf("another fate:\n%s", diff)
	}
}

// What is drawn for the storm has the shape that the storm is to have.
func TestTortureSeed_drawsWithinWhatIsSaid(t *testing.T) {
	dice, lost, copies, victims := seeded(7, "shape"), 0, map[int]int{}, map[int]int{}
	for range 10000 {
		waits := drawCopies(dice, tortureLost)
		if len(waits) == 0 {
			lost++
		}
		copies[len(waits)]++
		for _, wait := range waits {
			if wait < 0 || wait >= latest {
				t.Errorf("a copy comes after %s", wait)
			}
		}
		b := drawBlow(dice, 3)
		victims[b.victim]++
		if b.after < 2*time.Second || b.after >= 6*time.Second || b.pause < 0 || b.pause >= 2*time.Second {
			t.Errorf("a blow is %+v", b)
		}
	}
	if lost < 500 || lost > 700 || len(copies) != mostCopies+1 || len(victims) != 3 {
		t.Errorf("%d of 10000 are lost; copies %v, victims %v", lost, copies, victims)
	}
}
