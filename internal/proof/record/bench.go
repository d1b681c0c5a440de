package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// measured is what benchmarks reported, in the form that benchstat reads.
type measured struct {
	values map[string][]float64 // by benchmark and unit
	failed bool
}

func newMeasured() *measured { return &measured{values: map[string][]float64{}} }

// procs is what Go adds to a benchmark's name.
var procs = regexp.MustCompile(`-\d+$`)

func (m *measured) line(text string) string {
	trimmed := strings.TrimSpace(text) // what a test reports is indented
	if strings.HasPrefix(trimmed, "FAIL") || strings.HasPrefix(trimmed, "--- FAIL") {
		m.failed = true
	}
	fields := strings.Fields(trimmed)
	if len(fields) < 4 || !strings.HasPrefix(trimmed, "Benchmark") {
		return text
	}
	name := procs.ReplaceAllString(strings.TrimPrefix(fields[0], "Benchmark"), "")
	for i := 2; i+1 < len(fields); i += 2 {
		if v, err := strconv.ParseFloat(fields[i], 64); err == nil {
			m.values[name+" "+fields[i+1]] = append(m.values[name+" "+fields[i+1]], v)
		}
	}
	return trimmed
}

// of is the median of what a benchmark reported in a unit.
func (m *measured) of(benchmark, unit string) (float64, error) {
	all := slices.Sorted(slices.Values(m.values[benchmark+" "+unit]))
	if len(all) == 0 {
		return 0, fmt.Errorf("no %s of Benchmark%s was reported", unit, benchmark)
	}
	return all[len(all)/2], nil
}

func (m *measured) table() (string, bool, error) {
	if m.failed {
		return "", false, errors.New("a benchmark failed: nothing is written")
	}
	var b strings.Builder
	b.WriteString("| what | target | measured | holds |\n|---|---|---|---|\n")
	all := true
	for _, p := range promises() {
		values := make([]any, len(p.of))
		numbers := make([]float64, len(p.of))
		for i, of := range p.of {
			v, err := m.of(of.benchmark, of.unit)
			if err != nil {
				return "", false, err
			}
			values[i], numbers[i] = v, v
		}
		verdict := "–"
		if p.holds != nil {
			holds := p.holds(numbers)
			all, verdict = all && holds, holding(holds)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", p.what, p.target, fmt.Sprintf(p.says, values...), verdict)
	}
	return b.String(), all, nil
}
