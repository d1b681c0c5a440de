package statemachine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
)

const (
	diagramBegin = "<!-- diagram -->\n"
	diagramEnd   = "<!-- /diagram -->"
)

// TestDiagram holds DIAGRAM.md, and the part of the README between the diagram
// markers, to the transition tables. -update writes them.
func TestDiagram(t *testing.T) {
	golden(t, "DIAGRAM.md", diagramPage())
	const readme = "../README.md"
	text, err := os.ReadFile(readme)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	must(t, err)
	before, rest, begins := strings.Cut(string(text), diagramBegin)
	_, after, ends := strings.Cut(rest, diagramEnd)
	if begins && ends {
		golden(t, readme, before+diagramBegin+mermaid(targetTable)+diagramEnd+after)
	}
}

func diagramPage() string {
	return "# States\n\n" +
		"Written from the transition tables by `go generate ./statemachine`; do not edit.\n\n" +
		"## Releases whose targets Serin moves\n\n" + mermaid(targetTable) + "\n" + rowsTable(targetTable) +
		"\n## Guarded deployments, which AWS moves\n\n" + mermaid(guardedTable) + "\n" + rowsTable(guardedTable)
}

// mermaid draws one arrow for every two phases that some row leads between.
func mermaid(rows table) string {
	var b strings.Builder
	b.WriteString("```mermaid\nstateDiagram-v2\n    [*] --> queued: another release runs\n    [*] --> preflight: admitted\n    queued --> preflight: the slot is free\n")
	for from := Queued; from <= Superseded; from++ {
		for to := Queued; to <= Superseded; to++ {
			if guards := guardsBetween(rows, from, to); from != to && len(guards) > 0 {
				fmt.Fprintf(&b, "    %s --> %s: %s\n", from, to, strings.Join(guards, " · "))
			}
		}
	}
	if _, ok := rows[Superseded]; ok {
		b.WriteString("    queued --> superseded: a newer trigger came\n    superseded --> [*]: gate answered\n    refused --> [*]: gate answered\n")
	}
	b.WriteString("    promoted --> [*]: settled\n    rolled_back --> [*]: settled\n```\n")
	return b.String()
}

func guardsBetween(rows table, from, to Phase) []string {
	var guards []string
	for _, row := range rows[from] {
		if row.to == to {
			guards = append(guards, strings.ReplaceAll(row.why, ":", " –"))
		}
	}
	return guards
}

// rowsTable lists every row: the first one that holds is taken.
func rowsTable(rows table) string {
	var b strings.Builder
	b.WriteString("The first row whose input came and whose guard holds is taken.\n\n| in | on | when | to | reason |\n|---|---|---|---|---|\n")
	for phase := Queued; phase <= Superseded; phase++ {
		for _, row := range rows[phase] {
			to := ""
			if row.to != 0 {
				to = row.to.String()
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", phase, onWord(row.on), row.why, to, row.code)
		}
	}
	return b.String()
}

func onWord(o on) string {
	return map[on]string{
		onAny: "anything", onTime: "time", onLook: "look", onAlarm: "alarm event", onCommand: "command", onDone: "order done", onFailed: "order failed",
	}[o]
}
