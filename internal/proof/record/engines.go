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

// subject is something that engines differ in, the tests that try it, by patterns whose group is the engine, and on how many
// engines it must have been tried; 0: what answers is the test's own.
type subject struct {
	what  string
	tests []string
	on    int
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
	const test, both, local, moto = `^dynamostore\.Test\w+/.*?`, `(DynamoDB_Local|moto)_[\d.]+`, `(DynamoDB_Local)_[\d.]+`, `(moto)_[\d.]+`
	const own = `^dynamostore\.TestStore_recognisesItsOwnWrite\w+/`
	return []subject{
		{"visibility", []string{queue + `(what_is_in_flight|Later_brings|Extend_keeps)`}, 2},
		{"redelivery ¹", []string{queue + `(what_nobody_settles|Later_at_once|settling_says)`}, 2},
		{"redrive", []string{queue + `what_was_received_too_often`}, 2},
		{"failed conditions and races", []string{test + both + `/(of_concurrent|a_claim_and_a_commit|a_commit_is_all_or_nothing|a_stale_rev)`}, 2},
		{"the answer TransactionConflict ²", []string{`^dynamostore\.TestStore_(?:waitsForARunning|isThrottledWhenA)Transaction\w*()`}, 0},
		{"client tokens, a lost delete among them ³", []string{own + `(?:commit|apply)\w*_on_` + local, `^dynamostore\.TestStore_aLostDelete\w+/` + local}, 1},
		{"lost answers with no token or of a conflict ³", []string{
			own + `(?:commit|apply)\w*_on_` + moto, own + `(?:claim|touch|announced|outcome)_on_` + both, `^dynamostore\.TestStore_aConflictWhoseAnswer\w+/` + both,
		}, 2},
		{"index lag ⁴", []string{`^dynamostore\.TestStore_\w*[aA]LateIndex\w*/` + both}, 2},
	}
}

// enginesNotes are what the rows do not say.
const enginesNotes = `
¹ ElasticMQ calls the handle of a message that was deleted before invalid. What stands before it in the tests says deleted, as
SQS does; and it notes who sent a message, for both.

² No engine here gives it by itself: the tests' own wire does, and what is tried is what the store makes of it.

³ moto ignores tokens, and single writes have none. Only a delete is recognised by nothing but its token: all else also by the
id of its operation, which stays in the item.

⁴ No engine here has a late index: what stands between the store and the engine keeps what each query showed first.
`

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
		run, passed, version := r.count([]string{e.tests})
		holds = holds && run > 0 && run == passed
		fmt.Fprintf(&b, "| %s | %s | %s | %d | %d |\n", e.name, strings.Join(slices.Sorted(maps.Keys(version)), ", "), e.suite, run, passed)
	}
	b.WriteString("\n| what | engines | claims run | passed |\n|---|---|---|---|\n")
	for _, s := range subjects() {
		run, passed, on := r.count(s.tests)
		holds = holds && run > 0 && run == passed && len(on) >= s.on
		engines := strings.ReplaceAll(strings.Join(slices.Sorted(maps.Keys(on)), ", "), "_", " ")
		if s.on == 0 {
			engines = "none"
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %d |\n", s.what, engines, run, passed)
	}
	return b.String() + enginesNotes, holds, nil
}

// count are the claims whose names fit one of the patterns, and the words in the patterns' first group.
func (r *ran) count(patterns []string) (run, passed int, words map[string]bool) {
	words = map[string]bool{}
	fits := make([]*regexp.Regexp, len(patterns))
	for i, pattern := range patterns {
		fits[i] = regexp.MustCompile(pattern)
	}
	for _, name := range r.leaves() {
		for _, fit := range fits {
			m := fit.FindStringSubmatch(name)
			if m == nil {
				continue
			}
			words[m[1]] = true
			run++
			if r.passed[name] {
				passed++
			}
			break
		}
	}
	return run, passed, words
}
