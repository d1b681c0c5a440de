package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// ran are the tests of the adapters of table and queue, as `go test -json` tells them.
type ran struct {
	passed map[string]bool // by package and test
	broken []string
}

func newRan() *ran { return &ran{passed: map[string]bool{}} }

func (r *ran) line(text string) string {
	var e struct{ Action, Package, Test, Output string }
	if json.Unmarshal([]byte(text), &e) != nil {
		return text
	}
	name := e.Package[strings.LastIndexByte(e.Package, '/')+1:] + "." + e.Test
	switch e.Action {
	case "pass", "fail", "skip":
		if e.Test != "" {
			r.passed[name] = e.Action == "pass"
		}
		if e.Action == "fail" {
			r.broken = append(r.broken, name)
		}
		if !strings.Contains(e.Test, "/") {
			return e.Action + " " + name
		}
	case "output":
		if strings.Contains(e.Output, "not run:") {
			return strings.TrimSpace(e.Output)
		}
	}
	return ""
}

// engine is one that answered, and the tests that ran on it, by a pattern of their names.
type engine struct{ name, suite, tests string }

// subject is something that engines differ in, the tests that try it, and on how many engines it must have been tried.
type subject struct {
	what, tests string
	on          int
}

func suites() []engine {
	return []engine{
		{"DynamoDB Local", "the store's", `^dynamostore\..*DynamoDB_Local_([\d.]+)`},
		{"moto", "the store's", `^dynamostore\..*moto_([\d.]+)`},
		{"ElasticMQ", "the queue's", `^sqsqueue\.TestQueue_keepsTheContract\w*/ElasticMQ_([\d.]+)/`},
		{"moto", "the queue's", `^sqsqueue\.TestQueue_keepsTheContract\w*/moto_([\d.]+)/`},
	}
}

func subjects() []subject {
	const queue = `^sqsqueue\.TestQueue_keepsTheContract\w*/(\w+?)_[\d.]+/`
	const store = `^dynamostore\.Test\w+/.*?(DynamoDB_Local|moto)_[\d.]+`
	return []subject{
		{"visibility", queue + `(what_is_in_flight|Later_brings|Extend_keeps)`, 2},
		{"redelivery", queue + `(what_nobody_settles|Later_at_once|settling_says)`, 2},
		{"redrive", queue + `what_was_received_too_often`, 2},
		{"transaction conflicts", store + `/(of_concurrent|a_claim_and_a_commit|a_commit_is_all_or_nothing|a_stale_rev)`, 2},
		{"client tokens", `^dynamostore\.TestStore_(?:recognisesItsOwn|aConflictWhoseAnswer)\w+/.*?(DynamoDB_Local|moto)_[\d.]+`, 2},
		{"index lag", `^dynamostore\.TestStore_\w*[aA]LateIndex\w*/(DynamoDB_Local|moto)_[\d.]+`, 2},
	}
}

// leaves are the tests that have no subtests: a claim each.
func (r *ran) leaves() []string {
	inner := map[string]bool{}
	for name := range r.passed {
		for i := strings.LastIndexByte(name, '/'); i > 0; i = strings.LastIndexByte(name[:i], '/') {
			inner[name[:i]] = true
		}
	}
	var all []string
	for name := range r.passed {
		if !inner[name] {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

func (r *ran) table() (string, bool, error) {
	if len(r.passed) == 0 {
		return "", false, errors.New("no test ran: nothing is written")
	}
	holds := len(r.broken) == 0
	var b strings.Builder
	b.WriteString("| engine | version | suite | claims run | passed |\n|---|---|---|---|---|\n")
	for _, e := range suites() {
		run, passed, version := r.count(e.tests)
		holds = holds && run > 0 && run == passed
		fmt.Fprintf(&b, "| %s | %s | %s | %d | %d |\n", e.name, strings.Join(slices.Sorted(maps.Keys(version)), ", "), e.suite, run, passed)
	}
	b.WriteString("\n| what | engines | claims run | passed |\n|---|---|---|---|\n")
	for _, s := range subjects() {
		run, passed, on := r.count(s.tests)
		holds = holds && run == passed && len(on) >= s.on
		fmt.Fprintf(&b, "| %s | %s | %d | %d |\n", s.what, strings.ReplaceAll(strings.Join(slices.Sorted(maps.Keys(on)), ", "), "_", " "), run, passed)
	}
	return b.String(), holds, nil
}

// count are the claims whose names fit, and the words in the pattern's first group.
func (r *ran) count(pattern string) (run, passed int, words map[string]bool) {
	fits := regexp.MustCompile(pattern)
	words = map[string]bool{}
	for _, name := range r.leaves() {
		m := fits.FindStringSubmatch(name)
		if m == nil {
			continue
		}
		words[m[1]] = true
		run++
		if r.passed[name] {
			passed++
		}
	}
	return run, passed, words
}
