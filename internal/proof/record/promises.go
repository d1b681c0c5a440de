package main

// promise is a row of the section bench.
type promise struct {
	what, target string
	// of are the numbers that it is about, and says is how they are told.
	of   []number
	says string
	// holds judges them; nil: they are told for scale.
	holds func(v []float64) bool
}

// number is one that a benchmark reports.
type number struct{ benchmark, unit string }

func most(limit float64) func([]float64) bool {
	return func(v []float64) bool { return v[0] <= limit }
}

func each(benchmark string, units ...string) []number {
	all := make([]number, len(units))
	for i, unit := range units {
		all[i] = number{benchmark, unit}
	}
	return all
}

// promises are what Serin's speed and price are held to.
func promises() []promise {
	return append(throughput(), append(waiting(), growing()...)...)
}

func throughput() []promise {
	const rates = "%.2f (floor %.0f/s, Serin %.0f/s)"
	return []promise{
		{"events that change a release, of the floor's rate", "≥ 0.80, each saved",
			each("Change", "serin/floor", "floor-ev/s", "serin-ev/s", "saves/ev"), rates + "; %.3f saves an event",
			func(v []float64) bool { return v[0] >= 0.80 && v[3] >= 1 }},
		{"events that concern none, of the floor's rate", "≥ 0.90",
			each("Ignore", "serin/floor", "floor-ev/s", "serin-ev/s"), rates, func(v []float64) bool { return v[0] >= 0.90 }},
		{"table calls for an event that concerns none", "0, kept by a test", each("Ignore", "table-calls/ev"), "%.3f", most(0)},
		{"SQS calls an event under load", "≤ 0.25",
			[]number{{"Change", "sqs-calls/ev"}, {"Ignore", "sqs-calls/ev"}}, "%.3f, and %.3f where none is concerned",
			func(v []float64) bool { return max(v[0], v[1]) <= 0.25 }},
		{"a naive consumer beside it: get, put, delete one by one", "for scale",
			[]number{{"Change", "naive-ev/s"}, {"Ignore", "naive-ev/s"}}, "%.0f/s, and %.0f/s where none is concerned", nil},
	}
}

func waiting() []promise {
	const ratio = "%.2f (%.1f ms; the calls alone %.1f ms)"
	return []promise{
		{"a four-step release of 40 minutes: DynamoDB calls", "as `four-steps.txt` says, kept by a test",
			each("FourSteps", "dynamodb-calls", "read-units", "write-units", "index-units"),
			"%.0f calls, %.1f read units, %.0f write units and %.0f on the indexes", func([]float64) bool { return true }},
		{"an idle worker, calls a second beside one a resync for the gate and for the deployment group it watches", "≤ 0.25",
			each("Idle", "calls/s-beside-watched", "calls/s"), "%.3f (%.3f with them)", most(0.25)},
		{"time to safe over 500, p50, of the four calls that must come before, 5 ms each", "≤ 1.50",
			each("TimeToSafe", "p50/calls", "p50-ms", "calls-ms"), ratio, most(1.5)},
		{"time to safe, p99, of the same", "≤ 1.50",
			each("TimeToSafe", "p99/calls", "p99-ms", "calls-ms"), ratio, most(1.5)},
	}
}

func growing() []promise {
	const many = "Running"
	return []promise{
		{"10,000 running releases, 1,000 alarm events a second: resident memory at its height", "< 80 MB",
			each(many, "peak-rss-MB", "ev/s"), "%.1f MB, %.0f events a second dealt with", func(v []float64) bool { return v[0] < 80 && v[1] > 950 }},
		{"processor time an event, the same events, of that with 10 releases", "≤ 1.10",
			each(many, "cpu/of-ten", "cpu-µs/ev", "cpu-µs/ev-of-ten", "rollback-cpu-µs/ev"),
			"%.2f (%.0f µs, and %.0f µs with 10); %.0f µs where one in a hundred rolls another release back", most(1.10)},
		{"DescribeAlarms", "≤ 1/s", each(many, "DescribeAlarms/s"), "%.2f/s", most(1)},
		{"Lambda reads of the sweep, rollbacks' own left out", "≤ 3/s", each(many, "swept/s"), "%.2f/s", most(3)},
		{"`Advance`, ten targets and alarms to one", "≤ 10 × in time and allocations",
			[]number{
				{"Advance/targets=10/alarms=10", "ns/op"}, {"Advance/targets=1/alarms=1", "ns/op"},
				{"Advance/targets=10/alarms=10", "allocs/op"}, {"Advance/targets=1/alarms=1", "allocs/op"},
			}, "%.0f to %.0f ns, %.0f to %.0f allocations", linear(10)},
		{"`Advance`, a hundred alarms to ten", "≤ 10 × in time and allocations",
			[]number{
				{"Advance/targets=1/alarms=100", "ns/op"}, {"Advance/targets=1/alarms=10", "ns/op"},
				{"Advance/targets=1/alarms=100", "allocs/op"}, {"Advance/targets=1/alarms=10", "allocs/op"},
			}, "%.0f to %.0f ns, %.0f to %.0f allocations", linear(10)},
	}
}

// linear: times and allocations grew at most as much as what they are of.
func linear(factor float64) func([]float64) bool {
	return func(v []float64) bool { return v[0] <= factor*v[1] && v[2] <= factor*v[3] }
}
