package proof

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCommit_saysWhetherAnythingButThePageHasChanged(t *testing.T) {
	root := t.TempDir()
	if got := commit(root); got != "at no known commit" {
		t.Errorf("outside of a repository it is %q", got)
	}
	run := func(args ...string) string {
		t.Helper()
		out, err := git(root, args...)
		if err != nil {
			t.Fatalf("git %s: %v", strings.Join(args, " "), err)
		}
		return out
	}
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(page, "one")
	write("code.go", "one")
	run("init", "-q")
	run("add", "-A")
	run("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", "commit", "-q", "-m", "one")
	clean := "at " + run("rev-parse", "HEAD")[:12]
	for _, c := range []struct{ file, text, want string }{
		{"", "", clean},
		{page, "two", clean},
		{"code.go", "two", clean + ", with uncommitted changes"},
		{"code.go", "one", clean},
		{"new.go", "one", clean + ", with uncommitted changes"},
	} {
		if c.file != "" {
			write(c.file, c.text)
		}
		if got := commit(root); got != c.want {
			t.Errorf("after a change of %q: %q, want %q", c.file, got, c.want)
		}
	}
}

func TestHeader_tellsCommandDayCommitAndMachine(t *testing.T) {
	got := header("make x", "at abc")
	for _, part := range []string{"`make x`, 2", ", at abc, ", " cores, go1."} {
		if !strings.Contains(got, part) {
			t.Errorf("%q lacks %q", got, part)
		}
	}
}
