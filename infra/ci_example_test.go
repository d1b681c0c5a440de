package infra_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/serinhq/serin/internal/awstest"
)

// commands are what an outside CI's file runs by itself: every text under "run" or "command".
func commands(t *testing.T, file string) []string {
	t.Helper()
	var root any
	if err := yaml.Unmarshal([]byte(source(t, file)), &root); err != nil {
		t.Fatal(err)
	}
	var all []string
	var walk func(any)
	walk = func(value any) {
		switch value := value.(type) {
		case []any:
			for _, one := range value {
				walk(one)
			}
		case map[string]any:
			for key, one := range value {
				if text, is := one.(string); is && (key == "run" || key == "command") {
					all = append(all, text)
				} else {
					walk(one)
				}
			}
		}
	}
	walk(root)
	return all
}

// outside runs commands on a CI's machine: a repository, the AWS command line, and the variables that the CI sets.
func (s *stage) outside(commands []string, set ...string) string {
	s.t.Helper()
	aws, err := exec.LookPath("aws")
	if err != nil {
		notRun(s.t, &awstest.Missing{What: "the examples for an outside CI", Because: "aws is not on PATH", Install: "the AWS command line (pip install awscli==1.45.11)"})
	}
	dir := s.t.TempDir()
	shim := "#!/bin/sh\nexec '" + aws + "' --endpoint-url '" + s.Endpoint() + "' \"$@\"\n"
	if err := os.WriteFile(filepath.Join(dir, "aws"), []byte(shim), 0o700); err != nil {
		s.t.Fatal(err)
	}
	env := slices.DeleteFunc(s.Env("ci"), func(v string) bool { return v == "AWS_PROFILE=" })
	env = append(env, "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"), "HOME="+dir, "AWS_PAGER=")
	lines := append([]string{"git init -q . && git -c user.name=ci -c user.email=ci@example.com commit -q --allow-empty -m one"}, commands...)
	cmd := exec.CommandContext(s.t.Context(), "bash", "-euo", "pipefail", "-c", strings.Join(lines, "\n"))
	cmd.Env, cmd.Dir = append(env, set...), dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

func TestOutsideCI_startsOneReleaseHoweverOftenItsJobRuns(t *testing.T) {
	t.Parallel()
	s := newStage(t, "github")
	s.checkout(strings.Replace(checkoutFile, `"#{Deploy.FunctionVersion}"`, "latest", 1))
	s.readyWorker("github-a")
	s.publish("two")
	var started []string
	for range 2 {
		out := s.outside(commands(t, "examples/ci/github-actions.yml"), "PIPELINE="+s.name, "GITHUB_SHA=8cf40f2d", "GITHUB_RUN_ID=77")
		started = append(started, regexp.MustCompile(`[0-9a-f]+(-[0-9a-f]+){4}`).FindString(out))
	}
	if started[0] == "" || started[0] != started[1] {
		t.Fatalf("two runs of one job started executions %q, want one", started)
	}
	if r := s.settles(s.name, 0); r.Phase != "promoted" {
		t.Errorf("the release is %s:\n%s", r.Phase, s.story())
	}
	s.wantSplits("1", "1 with 10% on 2", "1 with 50% on 2", "2")
	s.wantAnswers("Approved")
}

func TestOutsideCI_handsOverAnArtifactWhole(t *testing.T) {
	t.Parallel()
	s := newStage(t, "circle")
	s.files.CreateBucket(s.name)
	run := append(commands(t, "examples/ci/circleci.yml"), `aws s3api get-object --bucket "$BUCKET" --key "$KEY" got.zip && cmp source.zip got.zip`)
	if out := s.outside(run, "BUCKET="+s.name, "KEY=checkout/source.zip", "CIRCLE_SHA1=8cf40f2d"); !strings.Contains(strings.ToLower(out), `"commit": "8cf40f2d"`) {
		t.Errorf("the object says nothing of its commit:\n%s", out)
	}
}
