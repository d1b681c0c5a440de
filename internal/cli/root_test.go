package cli

import (
	"bytes"
	"strings"
	"testing"
)

func noEnv(string) string { return "" }

// runMain runs a command line with an empty environment.
func runMain(t *testing.T, args ...string) (out, errs string, code int) {
	t.Helper()
	var o, e bytes.Buffer
	code = Main(t.Context(), args, Streams{In: strings.NewReader(""), Out: &o, Err: &e, Env: noEnv})
	return o.String(), e.String(), code
}

func TestMain_mistakesAreUsage(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"nonsense"}, `unknown command "nonsense"`},
		{[]string{"worker", "now"}, `unknown command "now"`},
		{[]string{"version", "--nonsense"}, "unknown flag: --nonsense"},
		{[]string{"version", "-o", "xml"}, "must be table, json or yaml"},
		{[]string{"worker"}, "SERIN_QUEUE_URL (--queue-url) is not set"},
		{[]string{"worker", "--lease", "1s"}, "SERIN_LEASE (--lease) is 1s"},
	} {
		_, errs, code := runMain(t, c.args...)
		if code != exitUsage || !strings.HasPrefix(errs, "serin: ") || !strings.Contains(errs, c.says) {
			t.Errorf("serin %s: exit code %d, stderr %q; want 2 and %q", strings.Join(c.args, " "), code, errs, c.says)
		}
	}
}

func TestMain_flagWinsOverItsTwinInTheEnvironment(t *testing.T) {
	var errs bytes.Buffer
	env := func(name string) string { return map[string]string{"SERIN_LEASE": "2s", "SERIN_DRAIN": "1s"}[name] }
	Main(t.Context(), []string{"worker", "--lease", "1s"}, Streams{Out: &errs, Err: &errs, Env: env})
	if got := errs.String(); !strings.Contains(got, "is 1s, must be at least three times") || !strings.Contains(got, "SERIN_DRAIN (--drain) is 1s") {
		t.Errorf("stderr %q, want the flag's lease and the environment's drain in it", got)
	}
}

func TestVersion_inEveryFormat(t *testing.T) {
	for format, want := range map[string]string{"table": "serin ", "json": `"version": "`, "yaml": "version: "} {
		out, _, code := runMain(t, "version", "-o", format)
		if code != exitDone || !strings.Contains(out, want) {
			t.Errorf("-o %s: exit code %d, %q; want %q in it", format, code, out, want)
		}
	}
}

func TestMain_completesSubcommandsAndFormats(t *testing.T) {
	for want, args := range map[string][]string{
		"demo\t":               {"__complete", "de"},
		"table\njson\nyaml\n":  {"__complete", "version", "--output", ""},
		"# bash completion V2": {"completion", "bash"},
	} {
		out, _, code := runMain(t, args...)
		if code != exitDone || !strings.Contains(out, want) {
			t.Errorf("serin %v: exit code %d, %.200q; want %q offered", args, code, out, want)
		}
	}
}
