package browser

import (
	"encoding/json"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// visit is what a page got: what the loader chose and why, what it told the page, which assets ran.
type visit struct {
	Version  string          `json:"version"`
	Canary   bool            `json:"canary"`
	Reason   string          `json:"reason"`
	Features map[string]bool `json:"features"`
	Shown    string          `json:"shown"`
	Ran      []string        `json:"ran"`
}

// got is a visit to a version whose assets ran, alone.
func got(version string, canary bool, reason string) visit {
	return visit{Version: version, Canary: canary, Reason: reason, Features: map[string]bool{}, Shown: version, Ran: []string{version}}
}

// with is the visit with these features of the trial's.
func (v visit) with(plain, none, staff, others bool) visit {
	v.Features = map[string]bool{"plain": plain, "none": none, "staff": staff, "others": others}
	return v
}

// trial is what testdata/run.mjs reports.
type trial struct {
	Error     string   `json:"error"`
	Share     int      `json:"share"`
	OtherSalt []int    `json:"otherSalt"`
	Rising    [][]int  `json:"rising"`
	Release   []visit  `json:"release"`
	ID        []string `json:"id"`
	visits    map[string]visit
}

// try runs the trial in a headless Chromium.
func try(t *testing.T) (trial, *site) {
	t.Helper()
	s := newSite(t)
	path, err := exec.LookPath("chromium")
	if err != nil {
		awstest.NotRun(t, &awstest.Missing{What: "the client-side canary in a browser", Because: "there is no chromium on PATH", Install: "chromium"})
	}
	cmd := exec.Command(path, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", //nolint:noctx // the browser under test; ended below
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+t.TempDir(), s.URL+"/testdata/run.html")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // Chromium is many processes
		_ = cmd.Wait()
	}()
	var seen trial
	select {
	case body := <-s.report:
		if err := json.Unmarshal(body, &seen); err != nil {
			t.Fatalf("%v in %s", err, body)
		}
		seen.visits = map[string]visit{}
		var all map[string]json.RawMessage
		_ = json.Unmarshal(body, &all)
		for name, text := range all {
			var v visit
			if json.Unmarshal(text, &v) == nil && v.Shown != "" {
				seen.visits[name] = v
			}
		}
	case <-time.After(2 * time.Minute):
		t.Fatal("the browser reported nothing")
	}
	if seen.Error != "" {
		t.Fatal(seen.Error)
	}
	return seen, s
}

func TestLoader_inABrowser(t *testing.T) {
	seen, s := try(t)

	t.Run("the share is as large as the config says", func(t *testing.T) {
		if seen.Share < 133 || seen.Share > 267 { // 2,000 × 10 %, five standard deviations either way
			t.Errorf("%d of 2,000 visitors got a canary of 10%%", seen.Share)
		}
	})
	t.Run("who has the canary keeps it while the share grows", func(t *testing.T) {
		for i, at := range seen.Rising[1:] {
			for _, visitor := range seen.Rising[i] {
				if !slices.Contains(at, visitor) {
					t.Errorf("visitor %d lost the canary as the share grew", visitor)
				}
			}
		}
		if first, last := seen.Rising[0], seen.Rising[len(seen.Rising)-1]; len(first) != 0 || len(last) != 300 {
			t.Errorf("at 0%% %d of 300 have it, at 100%% %d", len(first), len(last))
		}
		if slices.Equal(seen.OtherSalt, seen.Rising[4]) {
			t.Error("another salt draws the same lots")
		}
	})
	t.Run("a reload shows what the release has come to", func(t *testing.T) {
		want := []visit{got("v1", false, "lot"), got("v2", true, "lot"), got("v1", false, "lot"), got("v2", true, "lot"), got("v2", false, "lot")}
		if diff := cmp.Diff(want, seen.Release); diff != "" {
			t.Errorf("reloads at 0%%, at 100%%, rolled back, at 100%%, promoted (-want +got):\n%s", diff)
		}
		if seen.ID[0] == "" || seen.ID[0] != seen.ID[1] {
			t.Errorf("a visitor is %q", seen.ID)
		}
	})
	for name, want := range map[string]visit{
		"missing": got("v1", false, "config: status 404"), "missingAtFirst": got("built-in", false, "config: status 404"),
		"empty": got("v1", false, "config: not understood"), "emptyAtFirst": got("built-in", false, "config: not understood"),
		"slow": got("v1", false, "config: timeout"), "slowAtFirst": got("built-in", false, "config: timeout"),
		"noCanaryAssets": got("v1", false, "v2: not loaded"), "slowCanaryAssets": got("v1", false, "v2: timeout"),
		"everythingSlow": got("v1", false, "v2: timeout"), "onlyTheFallback": got("built-in", false, "v1: not loaded"),
		"noStorage": got("v1", false, "lot"),
		"cohort":    got("v2", true, "rule cohort"), "firstRule": got("v2", true, "rule cohort"), "noRule": got("v1", false, "lot"),
		"query": got("v2", true, "rule query"), "cookie": got("v2", true, "rule cookie"), "country": got("v1", false, "rule country"),
		"classic": got("v2", true, "lot"), "nonce": got("v2", true, "lot"),
		"at0":              got("v1", false, "lot").with(false, false, false, false),
		"withoutCanary":    got("v1", false, "lot").with(false, false, false, false),
		"at100":            got("v2", true, "lot").with(true, false, true, false),
		"featuresOnStable": got("v1", false, "lot").with(false, false, true, false),
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want, seen.visits[name]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	t.Run("broken", func(t *testing.T) {
		if v := seen.visits["broken"]; v.Version != "v1" || v.Canary || !slices.Equal(v.Ran, []string{"v1"}) {
			t.Errorf("a broken config shows %+v", v)
		}
		if v := seen.visits["brokenAtFirst"]; v.Version != "built-in" {
			t.Errorf("a broken config at the first visit shows %+v", v)
		}
	})
	if len(s.violations) > 0 {
		t.Errorf("the page's policy was broken: %q", s.violations)
	}
}
