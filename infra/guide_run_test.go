package infra_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// Every command of the guide is run, in order, as one terminal would, with the AWS command line and the real program.
func TestGuide_everyCommandDoesWhatTheGuideSays(t *testing.T) {
	t.Parallel()
	aws, err := exec.LookPath("aws")
	if err != nil {
		notRun(t, &awstest.Missing{
			What: "the commands of the operator's guide", Because: "aws is not on PATH", Install: "the AWS command line (pip install awscli==1.45.11)",
		})
	}
	g := openGuide(t, aws)
	scenes := g.scenes()
	for _, f := range fences(t) {
		if f.lang != "sh" {
			continue
		}
		if f.scene != "" {
			set, known := scenes[f.scene]
			if !known {
				t.Fatalf("scene %q is not known, or comes twice", f.scene)
			}
			delete(scenes, f.scene)
			set()
		}
		g.run(f)
	}
	for scene := range scenes {
		t.Errorf("scene %q is nowhere in the guide", scene)
	}
	g.judge()
}

// terminal is where the guide's commands are run, and the account they are run in.
type terminal struct {
	*stage
	dir    string
	worker *runningWorker
	// told is the queue that gets what the guide's rule picks, heard the releases that it told of.
	told  string
	heard []string
}

func openGuide(t *testing.T, aws string) *terminal {
	t.Helper()
	c := ownCloud(t, awstest.Options{Failf: t.Errorf})
	g := &terminal{stage: c.furnish(t, "serin", nil), dir: t.TempDir()}
	g.send = g.PutEvent
	repository, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(repository, "infra"), filepath.Join(g.dir, "infra")); err != nil {
		t.Fatal(err)
	}
	// A serin on the PATH that says, as the stories do, whose policy it must do with.
	g.write("bin/serin", fmt.Sprintf("#!/bin/sh\n"+
		"role=operator\ncase $1 in worker) role=worker ;; get | describe | history) role=reader ;; esac\n"+
		"case \" $* \" in *' --here '*) role=here ;; esac\n"+
		"exec env %s=serin-$role %s \"$@\"\n", envRole, built.path(t)))
	// For SQS, version 1 of the AWS command line passes over the endpoint in the environment.
	g.write("bin/aws", fmt.Sprintf("#!/bin/sh\nexec '%s' --endpoint-url '%s' \"$@\"\n", aws, g.Endpoint()))
	return g
}

func (g *terminal) write(name, text string) {
	g.t.Helper()
	path := filepath.Join(g.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		g.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		g.t.Fatal(err)
	}
}

// environment of the terminal: short times, and none of what the guide exports itself.
func (g *terminal) environment() []string {
	path := "PATH=" + filepath.Join(g.dir, "bin") + string(os.PathListSeparator) + os.Getenv("PATH")
	account := slices.DeleteFunc(g.Env("guide"), func(v string) bool { return v == "AWS_PROFILE=" }) // the AWS command line looks for a profile of no name
	return slices.Concat(account, []string{
		path, "HOME=" + os.Getenv("HOME"), "AWS_PAGER=", "SERIN_HTTP_ADDR=127.0.0.1:0", "SERIN_LEASE=3s", "SERIN_CALL_TIMEOUT=1s", "SERIN_RESYNC=2s",
	})
}

// session keeps variables and functions from one block to the next.
const session = `set -euo pipefail; touch session; . ./session; trap '{ export -p; declare -f; } > session' EXIT; `

// run has a block run to its end; a worker is left running.
func (g *terminal) run(f fence) {
	g.t.Helper()
	if strings.TrimSpace(f.text) == "serin worker" {
		g.startWorker()
		return
	}
	cmd := exec.CommandContext(g.t.Context(), "bash", "-c", session+f.text)
	cmd.Env, cmd.Dir, cmd.WaitDelay = g.environment(), g.dir, time.Second
	begun := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		g.t.Fatalf("%s%s%v", f.text, out, err)
	}
	g.t.Logf("%s%s(%s)", f.text, out, time.Since(begun).Round(time.Millisecond))
}

// startWorker starts what the guide starts, with the variables that the guide exported.
func (g *terminal) startWorker() {
	g.t.Helper()
	g.worker = &runningWorker{actor: "guide", said: &transcript{}}
	cmd := exec.Command("bash", "-c", ". ./session; exec serin worker")
	cmd.Env, cmd.Dir = g.environment(), g.dir
	cmd.Stdout, cmd.Stderr = g.worker.said, g.worker.said
	var err error
	if g.worker.Child, err = awstest.StartChild(cmd); err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(g.stopWorker)
}

func (g *terminal) stopWorker() {
	if g.worker == nil {
		return
	}
	g.worker.Kill()
	<-g.worker.Done()
	if g.t.Failed() {
		g.t.Logf("the worker said:\n%s", lastLines(g.worker.said.String(), 40))
	}
	g.worker = nil
}

// judge holds what became of the guide's releases to what the guide says.
func (g *terminal) judge() {
	g.t.Helper()
	var got, back []string
	for _, r := range g.releases("checkout") {
		got = append(got, r.Kind+" "+r.Phase)
		if r.Phase == "rolled_back" {
			back = append(back, r.Release)
		}
	}
	want := []string{"release promoted", "revert promoted", "release rolled_back", "release rolled_back", "release rolled_back"}
	if diff := cmp.Diff(want, got); diff != "" {
		g.t.Errorf("releases (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Approved"}, g.answers("checkout-prod")); diff != "" {
		g.t.Errorf("answers of the gate (-want +got):\n%s", diff)
	}
	if shows := aliasShows(g.functions.Alias("checkout", "live")); shows != "1" {
		g.t.Errorf("the alias shows %s, want what it showed before", shows)
	}
	g.drained("DeadLetterQueueUrl")
	g.drained("QueueUrl")
	g.until("the guide's rule told of each way back", func() bool { return cmp.Equal(back, g.news()) })
}
