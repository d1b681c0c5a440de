package cli

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// columns writes rows under each other. An empty cell is "-"; whatever a cell
// holds, a row stays one line.
type columns struct{ tw *tabwriter.Writer }

func newColumns(w io.Writer, head ...string) columns {
	c := columns{tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
	c.row(head...)
	return c
}

func (c columns) row(cells ...string) { fmt.Fprintln(c.tw, strings.Join(oneLine(cells), "\t")) }

func oneLine(cells []string) []string {
	shown := make([]string, len(cells))
	for i, cell := range cells {
		shown[i] = cmp.Or(strings.Join(strings.Fields(cell), " "), "-")
	}
	return shown
}

func (c columns) end() error { return c.tw.Flush() }
