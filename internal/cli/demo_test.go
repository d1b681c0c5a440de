package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/serinhq/serin/internal/app/demo"
	"github.com/serinhq/serin/internal/local"
)

func TestDemo_showsThreeReleasesAndTheirHistories(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		out, errs, code := runMain(t, "demo")
		if code != exitDone || errs != "" {
			t.Errorf("exit code %d, stderr %q", code, errs)
		}
		if took := time.Since(begun); took > 30*time.Second {
			t.Errorf("it took %s, must be within 30 s", took)
		}
		for _, want := range []string{
			"alarm search-5xx goes to ALARM", "is killed while it writes 50 %",
			"checkout:live showed 42 → 42 with 5% on 43 → 42 with 25% on 43 → 42 with 50% on 43 → 42 with 100% on 43, and ends on 43",
			"search:live showed 7 → 7 with 5% on 8 → 7 with 25% on 8 → 7, and ends on 7",
			"the gate was answered once: Rejected", "50 % was written once",
			"as it should: promoted in ", "as it should: rolled_back in ",
		} {
			if !strings.Contains(out, want) {
				t.Errorf("the output lacks %q:\n%s", want, out)
			}
		}
		if n := strings.Count(out, "  SEQ  AT "); n != 3 {
			t.Errorf("%d histories, want 3", n)
		}
		if strings.Contains(out, "\x1b") || strings.Contains(out, "WRONG") {
			t.Errorf("plain output has escapes, or something went wrong:\n%s", out)
		}
	})
}

func TestDemo_failsIfAReleaseDoesNotEndAsItShould(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		noAlarm := func(w *local.World) { w.DeleteAlarm("search-5xx") }
		c := &demoCommand{session: &session{Streams: Streams{Out: &out}}, options: demo.Options{World: noAlarm}}
		err := c.play(t.Context())
		if exitCode(err) != exitFailed || !strings.Contains(err.Error(), "demo: search (rollback): the release is refused, want rolled_back") {
			t.Errorf("exit code %d, error %v", exitCode(err), err)
		}
		if !strings.Contains(out.String(), "  WRONG: the release is refused") || strings.Count(out.String(), "as it should") != 2 {
			t.Errorf("output does not say which one is wrong:\n%s", out.String())
		}
	})
}

func TestDemo_playsOneScenario(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, _, code := runMain(t, "demo", "--scenario", "takeover", "--speed", "1")
		if code != exitDone || strings.Contains(out, "checkout") || !strings.Contains(out, "as it should: promoted in 16m") {
			t.Errorf("exit code %d:\n%s", code, out)
		}
	})
}

func TestDemo_interruptedFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		var out, errs bytes.Buffer
		code := Main(ctx, []string{"demo"}, Streams{Out: &out, Err: &errs, Env: noEnv})
		if code != exitFailed || !strings.Contains(errs.String(), "demo interrupted") {
			t.Errorf("exit code %d, stderr %q", code, errs.String())
		}
	})
}

func TestDemo_wrongOptionsAreUsage(t *testing.T) {
	_, errs, code := runMain(t, "demo", "--speed", "1000", "--scenario", "x")
	if code != exitUsage || !strings.Contains(errs, "--speed is 1000") || !strings.Contains(errs, "--scenario is \"x\"") {
		t.Errorf("exit code %d, stderr %q", code, errs)
	}
}
