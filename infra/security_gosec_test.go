package infra_test

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// lintFile says what the linter looks for, gosec's rules among it.
const lintFile = "../.golangci.yml"

// notLookedAt is what the linter's settings keep from gosec, beside the places that say so themselves.
func notLookedAt(settings []byte) (string, error) {
	var in struct {
		Linters struct {
			Settings struct {
				Gosec struct{ Excludes []string }
			}
			Exclusions struct {
				Rules []struct {
					Path    string
					Except  string `yaml:"path-except"`
					Linters []string
					Text    string
					Source  string
				}
			}
		}
	}
	if err := yaml.Unmarshal(settings, &in); err != nil {
		return "", fmt.Errorf("read what gosec does not look at: %w", err)
	}
	var all []string
	for _, rule := range in.Linters.Settings.Gosec.Excludes {
		all = append(all, rule+" anywhere")
	}
	for _, rule := range in.Linters.Exclusions.Rules {
		if !slices.Contains(rule.Linters, "gosec") {
			continue
		}
		what, where := cmp.Or(strings.TrimSpace(rule.Text+" "+rule.Source), "anything"), "in `"+rule.Path+"`"
		if rule.Except != "" {
			where = "outside `" + rule.Except + "`"
		}
		all = append(all, what+" "+where)
	}
	return strings.Join(all, ", "), nil
}

func TestNotLookedAt_namesAllThatTheSettingsKeepFromGosec(t *testing.T) {
	for settings, want := range map[string]string{
		"version: \"2\"": "",
		"linters:\n  settings:\n    gosec:\n      excludes: [G1, G2]\n": "G1 anywhere, G2 anywhere",
		"linters:\n  exclusions:\n    rules:\n" +
			"      - {path: a, linters: [errcheck]}\n      - {path: b, linters: [gosec, godot]}\n      - {path-except: c, linters: [gosec], text: G3}\n": "anything in `b`, G3 outside `c`",
	} {
		if got, err := notLookedAt([]byte(settings)); err != nil || got != want {
			t.Errorf("of %q: %q, %v; want %q", settings, got, err, want)
		}
	}
	if got := gosecSpares(t); got != "G104 anywhere, anything in `_test\\.go$`, G115 in `^internal/explore/`" {
		t.Errorf("gosec does not look at %s: is that right?", got)
	}
}

// gosecSpares is that of this repository.
func gosecSpares(t *testing.T) string {
	t.Helper()
	settings, err := os.ReadFile(lintFile)
	if err != nil {
		t.Fatal(err)
	}
	spared, err := notLookedAt(settings)
	if err != nil {
		t.Fatal(err)
	}
	return spared
}
