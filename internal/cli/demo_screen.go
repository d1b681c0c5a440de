package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/serinhq/serin/internal/app/demo"
)

// demoScreen shows a play: lines as they come, and in a terminal, under them, a
// table that is redrawn in place.
type demoScreen struct {
	out     io.Writer
	program *tea.Program
	done    chan struct{}
}

var _ demo.Audience = (*demoScreen)(nil)

func newDemoScreen(ctx context.Context, out io.Writer) *demoScreen {
	s := &demoScreen{out: out}
	if !isTerminal(out) {
		return s
	}
	// Keys are left to the terminal: Ctrl-C is the process's, as without a table.
	s.program = tea.NewProgram(demoTable{}, tea.WithContext(ctx), tea.WithOutput(out), tea.WithInput(nil), tea.WithoutSignalHandler())
	s.done = make(chan struct{})
	go func() {
		defer close(s.done)
		_, _ = s.program.Run() // ends with the play, or with ctx
	}()
	return s
}

func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// Say prints a line.
func (s *demoScreen) Say(l demo.Line) {
	mark := " "
	if l.World {
		mark = "*"
	}
	text := fmt.Sprintf("%6.1fs %s %-9s %s", l.At.Seconds(), mark, l.Canary, l.Text)
	if s.program != nil {
		s.program.Println(text)
		return
	}
	fmt.Fprintln(s.out, text)
}

// Show redraws the table.
func (s *demoScreen) Show(rows []demo.Row) {
	if s.program != nil {
		s.program.Send(rows)
	}
}

// close leaves the terminal as it was, with all that was said on it.
func (s *demoScreen) close() {
	if s.program != nil {
		s.program.Quit()
		<-s.done
	}
}

// demoTable is the table under the lines.
type demoTable struct{ rows []demo.Row }

// Init does nothing.
func (t demoTable) Init() tea.Cmd { return nil }

// Update takes the newest rows.
func (t demoTable) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if rows, ok := msg.([]demo.Row); ok {
		t.rows = rows
	}
	return t, nil
}

// View draws them.
func (t demoTable) View() tea.View {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%-9s %-13s %-5s %-29s %-20s %-9s %s\n", "CANARY", "PHASE", "STEP", "WEIGHT", "TRAFFIC", "GATE", "SAVED BY")
	for _, r := range t.rows {
		fmt.Fprintf(&b, "%-9s %-13s %-5s %s %3.0f%% %-20s %-9s %s\n",
			r.Canary, r.Phase, r.Step, bar(r.WeightPct), r.WeightPct, r.Traffic, r.Gate, r.Worker)
	}
	return tea.NewView(b.String())
}

// bar is a weight as a bar of 24.
func bar(weightPct float64) string {
	full := min(24, max(0, int(weightPct*24/100+0.5)))
	return strings.Repeat("█", full) + strings.Repeat("░", 24-full)
}
