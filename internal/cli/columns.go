package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// columns writes rows under each other. An empty cell is "-"; whatever a cell
// holds, a row stays one line.
type columns struct{ tw *tabwriter.Writer }

// newColumns begins a table; without a head it has rows alone.
func newColumns(w io.Writer, head ...string) columns {
	c := columns{tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
	if len(head) > 0 {
		c.row(head...)
	}
	return c
}

func (c columns) row(cells ...string) {
	shown := make([]string, len(cells))
	for i, cell := range cells {
		if shown[i] = strings.Join(strings.Fields(cell), " "); cell == "" {
			shown[i] = "-"
		}
	}
	fmt.Fprintln(c.tw, strings.Join(shown, "\t"))
}

func (c columns) end() error { return c.tw.Flush() }
