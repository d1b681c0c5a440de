package demo

import (
	"context"
	"fmt"
	"slices"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
)

// Ending is how a story ended.
type Ending struct {
	// Scenario and Canary name it.
	Scenario, Canary string
	// Release is its release; zero if there was none.
	Release statemachine.Release
	// History is the release's, in order.
	History []statemachine.Entry
	// Proof says what the world's ledger shows.
	Proof []string
	// Problems are what is not as it should be. None: it ended as it should.
	Problems []string
}

// endings compares what the table says and what really happened with what
// should have.
func (d *Demo) endings(ctx context.Context) []Ending {
	d.tellAnnounced()
	var all []Ending
	for _, one := range d.scenes {
		all = append(all, d.ending(ctx, one))
	}
	return all
}

func (d *Demo) ending(ctx context.Context, one *scene) Ending {
	e := Ending{Scenario: one.name, Canary: one.canary}
	s, err := d.release(ctx, one)
	if err != nil {
		return e.fail("%v", err)
	}
	if s == nil {
		return e.fail("no release was created")
	}
	e.Release = s.Release
	if e.History, err = d.store().History(ctx, s.Release.ID, 0); err != nil {
		return e.fail("%v", err)
	}
	if s.Release.Phase != one.want || s.Release.Running() {
		e = e.fail("the release is %s%s, want %s and settled", s.Release.Phase, stillRunning(s.Release), one.want)
	}
	e = d.checkTraffic(e, one)
	e = d.checkGate(e, one)
	if one.before != nil {
		e = d.checkTakeover(e, one)
	}
	return e
}

func stillRunning(r statemachine.Release) string {
	if r.Running() {
		return " and not settled"
	}
	return ""
}

func (e Ending) fail(format string, args ...any) Ending {
	e.Problems = append(e.Problems, fmt.Sprintf(format, args...))
	return e
}

func (e Ending) prove(format string, args ...any) Ending {
	e.Proof = append(e.Proof, fmt.Sprintf(format, args...))
	return e
}

// checkTraffic: what the alias showed is the plan's weights in order, each once,
// and then one version.
func (d *Demo) checkTraffic(e Ending, one *scene) Ending {
	var want, got []string
	for _, weight := range one.shown {
		want = append(want, statemachine.Split{Stable: one.from, Canary: one.to, WeightPct: weight}.String())
	}
	end := one.to
	if one.want == statemachine.RolledBack {
		end = one.from
		want = append(want, one.from)
	}
	for _, split := range d.world.Splits(one.alias())[1:] {
		got = append(got, split.String())
	}
	if !slices.Equal(got, want) {
		e = e.fail("%s showed %q, want %q", one.alias(), got, want)
	}
	if now := d.world.Shows(local.KindLambda, one.alias()).String(); now != end {
		e = e.fail("%s shows %s, want %s alone", one.alias(), now, end)
	}
	return e.prove("%s showed %v, and ends on %s", one.alias(), shownText(d.world.Splits(one.alias())), end)
}

func shownText(splits []statemachine.Split) string {
	text := ""
	for _, s := range splits {
		if text != "" {
			text += " → "
		}
		text += s.String()
	}
	return text
}

// checkGate: the gate has one answer, and it is the right one.
func (d *Demo) checkGate(e Ending, one *scene) Ending {
	answers, approve := d.answers(one), one.want == statemachine.Promoted
	if len(answers) != 1 || answers[0].Approved != approve {
		return e.fail("the gate was answered %d times, %s; want once, approved %t", len(answers), d.gateSays(one), approve)
	}
	return e.prove("the gate was answered once: %s, by %s", d.gateSays(one), answers[0].By)
}

// checkTakeover: the worker died with its write under way, did nothing after,
// and another carried on without repeating the write.
func (d *Demo) checkTakeover(e Ending, one *scene) Ending {
	dead, at := d.victim()
	if dead == "" {
		return e.fail("no worker was killed")
	}
	heir, last := "", 0
	for _, c := range d.world.Applied(local.Showed, one.alias()) {
		switch {
		case c.At.Before(at):
		case c.By == dead:
			last++
		default:
			heir = c.By
		}
	}
	if last != 1 {
		e = e.fail("%s, dead, wrote %d times; want only the write it died with", dead, last)
	}
	if heir == "" {
		e = e.fail("nobody carried on after %s was killed", dead)
	}
	if n := d.writes(one, 50); n != 1 {
		e = e.fail("50 %% was written %d times, want once", n)
	}
	return e.prove("%s was killed while it wrote 50 %%; %s carried on; 50 %% was written once", dead, heir)
}

// writes counts how often a weight was written, repeats included.
func (d *Demo) writes(one *scene, weight float64) int {
	n := 0
	for _, c := range d.world.Applied(local.Showed, one.alias()) {
		if c.Split.WeightPct == weight && c.Split.Canary == one.to {
			n++
		}
	}
	return n
}
