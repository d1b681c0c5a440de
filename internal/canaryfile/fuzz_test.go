package canaryfile_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/goccy/go-yaml"

	"github.com/serinhq/serin/internal/canaryfile"
)

// Whatever the bytes: Load does not panic; a refusal has problems, each inside
// the file; what Load accepts, the schema accepts, and loads the same again.
func FuzzLoad(f *testing.F) {
	seed(f)
	schema := compiled(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := canaryfile.Load("c.yaml", text)
		if err != nil {
			inside(t, text, canaryfile.ProblemsOf(err))
			return
		}
		inside(t, text, file.Warnings)
		if len(file.Plan.Steps) == 0 && !file.Plan.Guarded() {
			t.Errorf("a plan with targets has no steps:\n%s", text)
		}
		if file.Plan.Deadline <= 0 || file.Plan.PreflightWait <= 0 || file.Plan.HoldTimeout <= 0 {
			t.Errorf("a wait without an end:\n%s", text)
		}
		if _, err := yaml.YAMLToJSON(text); err == nil {
			if err := validate(t, schema, text); err != nil {
				t.Errorf("Load accepts what the schema refuses: %v\n%s", err, text)
			}
		}
	})
}

func inside(t *testing.T, text []byte, problems []canaryfile.Problem) {
	t.Helper()
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(text)), "\n")
	for _, p := range problems {
		if p.Line < 1 || p.Line > len(lines) || p.Column < 1 || p.Column > utf8.RuneCountInString(lines[p.Line-1])+1 {
			t.Errorf("a problem outside of the file: %s\n%q", p, text)
		}
		if p.Text == "" || strings.ContainsRune(p.String(), '\x1b') {
			t.Errorf("a problem nobody can read: %q", p)
		}
	}
}

// seed adds the examples and every input of testdata/wrong.
func seed(f *testing.F) {
	f.Helper()
	var names []string
	for _, pattern := range []string{"../../infra/examples/*.yaml", "testdata/examples/*.yaml", "testdata/wrong/*"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		names = append(names, found...)
	}
	cases := regexp.MustCompile(`(?s)(?:load|warn) [^\n]*\n(.*?)----\n`)
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
		for _, one := range cases.FindAllSubmatch(text, -1) {
			f.Add(one[1])
		}
	}
}
