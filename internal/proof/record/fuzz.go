package main

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// fuzzed are the fuzz tests that ran, each begun by a line "== package FuzzName".
type fuzzed struct{ targets []fuzzTarget }

type fuzzTarget struct {
	name          string
	elapsed       string
	execs, fresh  int
	passed, found bool
}

var (
	target   = regexp.MustCompile(`^== (\S+) (Fuzz\S+)$`)
	progress = regexp.MustCompile(`^fuzz: elapsed: (\S+), execs: (\d+) .*new interesting: (\d+) `)
	found    = regexp.MustCompile(`^\s*(--- FAIL|FAIL\b|Failing input written|panic:|fatal error:)`)
)

func (f *fuzzed) line(text string) string {
	if m := target.FindStringSubmatch(text); m != nil {
		f.targets = append(f.targets, fuzzTarget{name: strings.TrimPrefix(m[1], "./") + " `" + m[2] + "`"})
		return text
	}
	if len(f.targets) == 0 {
		return text
	}
	t := &f.targets[len(f.targets)-1]
	if m := progress.FindStringSubmatch(text); m != nil {
		t.elapsed = m[1]
		t.execs, _ = strconv.Atoi(m[2]) // digits
		t.fresh, _ = strconv.Atoi(m[3])
	}
	t.found = t.found || found.MatchString(text)
	t.passed = t.passed || text == "PASS"
	return text
}

func (f *fuzzed) table() (string, bool, error) {
	if len(f.targets) == 0 {
		return "", false, errors.New("no fuzz test ran: nothing is written")
	}
	var b strings.Builder
	b.WriteString("| target | time | executions | new interesting inputs | findings |\n|---|---|---|---|---|\n")
	holds := true
	for _, t := range f.targets {
		findings := "none"
		switch {
		case t.found:
			findings, holds = "**found**", false
		case !t.passed || t.execs == 0:
			findings, holds = "**it did not run to its end**", false
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %d | %s |\n", t.name, t.elapsed, t.execs, t.fresh, findings)
	}
	return b.String(), holds, nil
}
