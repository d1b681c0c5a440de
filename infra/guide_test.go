package infra_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/serinhq/serin/internal/cli"
)

// readGuide is the operators' guide.
func readGuide(t *testing.T) string {
	t.Helper()
	return source(t, "GUIDE.md")
}

// fence is a fenced block of the guide.
type fence struct {
	lang, text string
	// scene says what the world is like before a command is run; it stands in a comment above the block.
	scene string
}

// fences are the guide's blocks, in order.
func fences(t *testing.T) []fence {
	t.Helper()
	var all []fence
	for _, m := range regexp.MustCompile("(?s)(?:<!-- scene: ([^\n]+) -->\n)?```([a-z]+)\n(.*?)```\n").FindAllStringSubmatch(readGuide(t), -1) {
		all = append(all, fence{scene: m[1], lang: m[2], text: m[3]})
	}
	if len(all) == 0 || 2*len(all) != strings.Count(readGuide(t), "```") {
		t.Fatalf("%d blocks were read: the guide has others, written in another way", len(all))
	}
	return all
}

// block is the guide's n-th block of a language, from 0.
func block(t *testing.T, lang string, n int) string {
	t.Helper()
	for _, f := range fences(t) {
		if f.lang != lang {
			continue
		}
		if n--; n < 0 {
			return f.text
		}
	}
	t.Fatalf("the guide has too few blocks of %s", lang)
	return ""
}

// tableRows are the first cells of a section's table: the codes in `…`.
func tableRows(t *testing.T, section string) []string {
	t.Helper()
	_, text, found := strings.Cut(readGuide(t), "\n## "+section+"\n")
	if !found {
		t.Fatalf("the guide has no section %q", section)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	var cells []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| .* \\|$").FindAllStringSubmatch(text, -1) {
		cells = append(cells, m[1])
	}
	return cells
}

// Commands stand in sentences, too. Of serin's, subcommand and flags must be there.
func TestGuide_namesOnlyCommandsAndFlagsThatExist(t *testing.T) {
	help := map[string]string{}
	texts := []string{readGuide(t), source(t, "../README.md")}
	mention := regexp.MustCompile("`serin ((?:get )?[a-z]+)([^`]*)`")
	for _, m := range mention.FindAllStringSubmatch(strings.Join(texts, "\n"), -1) {
		verb := m[1]
		if _, asked := help[verb]; !asked {
			var out, problems bytes.Buffer
			code := cli.Main(t.Context(), append(strings.Fields(verb), "--help"), cli.Streams{Out: &out, Err: &problems, Env: func(string) string { return "" }})
			if code != 0 || !strings.Contains(out.String(), "serin "+verb) {
				t.Errorf("serin %s: exit code %d\n%s", verb, code, problems.String())
			}
			help[verb] = out.String()
		}
		for _, flag := range regexp.MustCompile(`(?:^| )(--?[a-z][a-z-]*)`).FindAllStringSubmatch(m[2], -1) {
			if !regexp.MustCompile(`(^|[ ,])` + flag[1] + `[, ]`).MatchString(help[verb]) {
				t.Errorf("%s: serin %s has no flag %s", m[0], verb, flag[1])
			}
		}
	}
	if len(help) < 10 {
		t.Errorf("only %d subcommands are mentioned", len(help))
	}
}

func source(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Clean(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
