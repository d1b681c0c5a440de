package demo

import (
	"fmt"
	"time"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/worker"
)

// Audience hears what happens, from one goroutine.
type Audience interface {
	// Say tells one thing that happened.
	Say(Line)
	// Show tells how all releases stand, a few times a second.
	Show([]Row)
}

// Line is one thing that happened.
type Line struct {
	// At is how long after the beginning, in real time.
	At time.Duration
	// Canary is whose; "" is nobody's.
	Canary string
	// World: the world did it. Otherwise it is a release's history.
	World bool
	Text  string
}

// Row is how a release stands.
type Row struct {
	Canary, Phase, Step string
	WeightPct           float64
	// Traffic is what the target really shows: "42 with 25% on 43".
	Traffic string
	// Gate is what the pipeline's approval says: open, Approved or Rejected.
	Gate string
	// Worker saved it last.
	Worker string
}

func (s *stage) say(canary, format string, args ...any) {
	s.Audience.Say(Line{At: time.Since(s.begun), Canary: canary, World: true, Text: fmt.Sprintf(format, args...)})
}

// tellAnnounced tells what was announced since the last time; an announcement
// may come twice.
func (s *stage) tellAnnounced() {
	for _, a := range s.world.Announced() {
		if s.heard[a.ID] {
			continue
		}
		s.heard[a.ID] = true
		s.Audience.Say(Line{
			At: a.Entry.At.Sub(s.begun), Canary: a.Release.Canary,
			Text: fmt.Sprintf("%-12s %s", a.Entry.To, a.Entry.Text),
		})
	}
}

func (s *stage) row(one *scene, r *worker.Stored) Row {
	row := Row{
		Canary: one.canary, Phase: "-", Step: "-", Worker: "-",
		Traffic: s.world.Shows(local.KindLambda, one.alias()).String(), Gate: s.gateSays(one),
	}
	if r != nil {
		row.Phase, row.WeightPct, row.Worker = r.Release.Phase.String(), r.Release.WeightPct(), r.SavedBy
		row.Step = fmt.Sprintf("%d/%d", r.Release.Step, len(r.Release.Plan.Steps))
	}
	return row
}

func (s *stage) gateSays(one *scene) string {
	answers := s.answers(one)
	switch {
	case len(answers) == 0:
		return "open"
	case answers[0].Approved:
		return "Approved"
	}
	return "Rejected"
}

// answers are the ledger's lines about the scene's gate.
func (s *stage) answers(one *scene) []local.Change {
	gate, opened := s.world.Gate(one.execution)
	if !opened {
		return nil
	}
	return s.world.Applied(local.Answered, gate.ActionExecution)
}
