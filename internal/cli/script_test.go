package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestScripts runs testdata/script: people at a terminal, the real command line,
// and workers, all on one embedded world in a bubble of time. Each script's clock
// begins at 2000-01-01 00:00 UTC. SERIN_UPDATE_SCRIPTS=1 writes what cmp got into
// the scripts.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "script", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		file, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStage(t)
				defer s.end()
				testscript.RunT(inBubble{t}, testscript.Params{
					Files: []string{file}, Setup: s.setup, Cmds: s.commands(), UpdateScripts: os.Getenv("SERIN_UPDATE_SCRIPTS") != "",
				})
			})
		})
	}
}

// inBubble runs a script in the test that it was given: a bubble has no subtests.
type inBubble struct{ *testing.T }

func (inBubble) Parallel() {}

func (t inBubble) Run(_ string, f func(testscript.T)) { f(t) }

func (inBubble) Verbose() bool { return testing.Verbose() }
