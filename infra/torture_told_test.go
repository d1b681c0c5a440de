package infra_test

import (
	"testing"
	"time"
)

func TestTortureProof_isNoRunThatFailedOrWasLess(t *testing.T) {
	for name, proof := range map[string]bool{
		"a whole run":             proves(false, provenReleases, provenLength),
		"one that failed":         !proves(true, provenReleases, provenLength),
		"one with fewer releases": !proves(false, provenReleases-1, provenLength),
		"a shorter one":           !proves(false, provenReleases, provenLength-time.Second),
	} {
		if !proof {
			t.Errorf("%s is taken for another", name)
		}
	}
}

func TestTortureProof_saysWithWhatItWasAskedFor(t *testing.T) {
	for want, got := range map[string]string{
		"make torture":                      recordedCommand(provenLength, 0),
		"make torture SEED=7":               recordedCommand(provenLength, 7),
		"make torture TORTURE=30m0s":        recordedCommand(30*time.Minute, 0),
		"make torture TORTURE=30m0s SEED=7": recordedCommand(30*time.Minute, 7),
	} {
		if got != want {
			t.Errorf("%q is recorded, want %q", got, want)
		}
	}
}

func TestTortureVictims_sayWhenTheyPanicked(t *testing.T) {
	for said, want := range map[string]bool{
		`{"level":"info","msg":"it runs"}`:                                   false,
		"panic: runtime error: index out of range\n\ngoroutine 7 [running]:": true,
		"WARNING: DATA RACE\nWrite at 0x00c000":                              true,
	} {
		if got := panicked(said); got != want {
			t.Errorf("of %q it says %t", said, got)
		}
	}
}
