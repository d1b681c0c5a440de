package main

import (
	"fmt"
	"maps"
	"strings"
	"testing"
)

// read gives a section's report the lines.
func read(t *testing.T, section, lines string) (table string, holds bool, err error) {
	t.Helper()
	r, err := reportOf(section)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(lines) {
		r.line(strings.TrimSuffix(line, "\n"))
	}
	return r.table()
}

// good is what benchmarks print when every promise holds: each number is 1, but for those that must be otherwise.
func good(change map[string]string) string {
	values := map[string]string{
		"Ignore table-calls/ev": "0", "Change sqs-calls/ev": "0.2", "Ignore sqs-calls/ev": "0.25", "Idle calls/s-beside-watched": "0.25",
		"Running ev/s": "999.8",
	}
	maps.Copy(values, change)
	var b strings.Builder
	for _, p := range promises() {
		for _, n := range p.of {
			value := values[n.benchmark+" "+n.unit]
			if value == "" {
				value = "1"
			}
			fmt.Fprintf(&b, "    Benchmark%s-2 \t 3\t %s %s\n", n.benchmark, value, n.unit)
		}
	}
	return b.String()
}

func TestBench_holdsWhenEveryPromiseDoes(t *testing.T) {
	table, holds, err := read(t, "bench", "goos: linux\n"+good(nil)+"PASS\n")
	if err != nil || !holds || strings.Contains(table, "no**") {
		t.Errorf("error %v, holds %t:\n%s", err, holds, table)
	}
	if want := len(promises()) + 2; strings.Count(table, "\n") != want {
		t.Errorf("%d lines, want %d:\n%s", strings.Count(table, "\n"), want, table)
	}
}

func TestBench_saysWhichPromiseIsBroken(t *testing.T) {
	for name, value := range map[string]string{
		"Change serin/floor": "0.79", "Change saves/ev": "0.99", "Ignore serin/floor": "0.89", "Ignore table-calls/ev": "0.5", "Ignore sqs-calls/ev": "0.26",
		"Idle calls/s-beside-watched": "0.26", "TimeToSafe p50/calls": "1.51", "TimeToSafe p99/calls": "1.51",
		"Running peak-rss-MB": "80", "Running ev/s": "900", "Running cpu/of-ten": "1.11",
		"Running DescribeAlarms/s": "1.1", "Running swept/s": "3.1",
		"Advance/targets=10/alarms=10 ns/op": "11", "Advance/targets=1/alarms=100 allocs/op": "11",
	} {
		table, holds, err := read(t, "bench", good(map[string]string{name: value}))
		if err != nil || holds || strings.Count(table, "**no**") != 1 {
			t.Errorf("with %s %s: error %v, holds %t:\n%s", name, value, err, holds, table)
		}
	}
}

func TestBench_writesNothingOfARunThatLacksANumberOrFailed(t *testing.T) {
	lacking := strings.ReplaceAll(good(nil), "peak-rss-MB", "other")
	for _, lines := range []string{"", lacking, good(nil) + "--- FAIL: BenchmarkRunning\n", good(nil) + "FAIL\tpkg\n"} {
		if table, _, err := read(t, "bench", lines); err == nil {
			t.Errorf("wrote\n%s", table)
		}
	}
}

func TestBench_takesTheMedianOfRepeatedRuns(t *testing.T) {
	m := newMeasured()
	for _, v := range []string{"9", "1", "2"} {
		m.line("BenchmarkX/a=1-16 \t 3\t " + v + " ns/op\t 7 allocs/op")
	}
	if got, err := m.of("X/a=1", "ns/op"); err != nil || got != 2 {
		t.Errorf("median %v, error %v, want 2", got, err)
	}
}

const fuzzing = `== ./internal/a FuzzA
fuzz: elapsed: 0s, gathering baseline coverage: 0/192 completed
fuzz: elapsed: 3s, execs: 10 (3/sec), new interesting: 1 (total: 9)
fuzz: elapsed: 1m0s, execs: 325017 (108336/sec), new interesting: 11 (total: 202)
PASS
ok  	example/a	60.2s
`

func TestFuzz_tellsEachTarget(t *testing.T) {
	table, holds, err := read(t, "fuzz", fuzzing+strings.ReplaceAll(fuzzing, "FuzzA", "FuzzB"))
	if err != nil || !holds || !strings.Contains(table, "| internal/a `FuzzB` | 1m0s | 325017 | 11 | none |") || strings.Count(table, "none") != 2 {
		t.Errorf("error %v, holds %t:\n%s", err, holds, table)
	}
}

func TestFuzz_aFindingAndARunThatDidNotEndAreTold(t *testing.T) {
	for name, lines := range map[string]string{
		"found":                     strings.Replace(fuzzing, "PASS\nok", "--- FAIL: FuzzA (1.00s)\nFAIL", 1),
		"it did not run to its end": strings.Replace(fuzzing, "PASS\n", "", 1),
	} {
		table, holds, err := read(t, "fuzz", lines+strings.ReplaceAll(fuzzing, "FuzzA", "FuzzB"))
		if err != nil || holds || !strings.Contains(table, "**"+name+"**") || strings.Count(table, "none") != 1 {
			t.Errorf("%s: error %v, holds %t:\n%s", name, err, holds, table)
		}
	}
	if table, _, err := read(t, "fuzz", "nothing\n"); err == nil {
		t.Errorf("without a target it wrote\n%s", table)
	}
}

// told is `go test -json` of tests by name and action, on every engine.
func told(changed string) string {
	var b strings.Builder
	say := func(pkg, test string) {
		action := "pass"
		if strings.Contains(test, changed) && changed != "" {
			action = "fail"
		}
		fmt.Fprintf(&b, `{"Action":%q,"Package":"example/internal/%s","Test":%q}`+"\n", action, pkg, test)
	}
	for _, engine := range []string{"DynamoDB_Local_3.1.0", "moto_5.2.1"} {
		for _, test := range []string{
			"TestStore_keepsTheContracts/" + engine + "/of_concurrent_claims_exactly_one_wins",
			"TestStore_recognisesItsOwnWriteWhoseAnswerWasLost/commit_on_" + engine,
			"TestStore_recognisesItsOwnWriteWhoseAnswerWasLost/claim_on_" + engine,
			"TestStore_aLostDeleteIsRecognisedByItsToken/" + engine, "TestStore_aLateIndexHides/" + engine,
		} {
			say("dynamostore", test)
		}
	}
	say("dynamostore", "TestStore_waitsForARunningTransactionAndWritesOnce")
	for _, suite := range []string{"TestQueue_keepsTheContract/moto_5.2.1", "TestQueue_keepsTheContractOnElasticMQ/ElasticMQ_1.7.1"} {
		for _, claim := range []string{"Extend_keeps_it_away", "what_nobody_settles_comes_again,_counted", "what_was_received_too_often"} {
			say("sqsqueue", suite+"/"+claim)
		}
		say("sqsqueue", suite)
	}
	return b.String()
}

func TestEngines_countsTheClaimsOnEach(t *testing.T) {
	table, holds, err := read(t, "engines", told(""))
	for _, row := range []string{
		"| DynamoDB Local | 3.1.0 | the store's | 5 | 5 |", "| ElasticMQ | 1.7.1 | the queue's | 3 | 3 |",
		"| redrive | ElasticMQ, moto | 2 | 2 |", "| index lag ⁴ | DynamoDB Local, moto | 2 | 2 |",
		"| failed conditions and races | DynamoDB Local, moto | 2 | 2 |", "| the answer TransactionConflict ² | none | 1 | 1 |",
		"| client tokens, a lost delete among them ³ | DynamoDB Local | 2 | 2 |",
		"| lost answers with no token or of a conflict ³ | DynamoDB Local, moto | 3 | 3 |",
	} {
		if !strings.Contains(table, row) {
			t.Errorf("no row %s", row)
		}
	}
	if err != nil || !holds {
		t.Errorf("error %v, holds %t:\n%s", err, holds, table)
	}
}

func TestEngines_doesNotHoldWhenAClaimFailsOrAnEngineIsMissing(t *testing.T) {
	for name, lines := range map[string]string{
		"a claim fails":  told("Extend_keeps"),
		"no ElasticMQ":   strings.ReplaceAll(told(""), "ElasticMQ_1.7.1", "other"),
		"no late index":  strings.ReplaceAll(told(""), "aLateIndex", "other"),
		"no delete":      strings.ReplaceAll(strings.ReplaceAll(told(""), "aLostDelete", "other"), "/commit_on_", "/other_on_"),
		"no canned one":  strings.ReplaceAll(told(""), "waitsForARunning", "other"),
		"no DynamoDB":    strings.ReplaceAll(told(""), "DynamoDB_Local", "other"),
		"a claim on one": strings.ReplaceAll(told(""), "moto_5.2.1/what_was_received", "moto_5.2.1/other"),
	} {
		if table, holds, err := read(t, "engines", lines); err != nil || holds {
			t.Errorf("%s: error %v, holds %t:\n%s", name, err, holds, table)
		}
	}
}

func TestRecord_knowsItsSections(t *testing.T) {
	if err := record(strings.NewReader(""), new(strings.Builder), "other", "make other"); err == nil || !strings.Contains(err.Error(), "other") {
		t.Errorf("error %v, want one that names the section", err)
	}
}
