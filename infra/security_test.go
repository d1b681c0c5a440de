package infra_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// securityPage is the threat model, whose claims name in brackets the tests that hold them.
const securityPage = "SECURITY.md"

// A claim without a test is a wish; one whose test was renamed is a claim that nobody holds any more.
func TestSecurityPage_namesForEachClaimTestsThatExist(t *testing.T) {
	known := testsByFile(t)
	page, err := os.ReadFile(securityPage)
	if err != nil {
		t.Fatal(err)
	}
	text := string(page)
	named := 0
	for _, claim := range regexp.MustCompile("\\[(`[^\\]]+)\\]").FindAllStringSubmatch(text, -1) {
		for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(claim[1], -1) {
			named++
			if !known.has(name[1]) {
				t.Errorf("%s names %s, and there is no such test", securityPage, name[1])
			}
		}
	}
	if named < 20 {
		t.Fatalf("found only %d names of tests: the search is blind", named)
	}
	// Every row of the table is a claim.
	_, table, _ := strings.Cut(text, "|---|---|---|\n")
	for row := range strings.Lines(strings.SplitN(table, "\n\n", 2)[0]) {
		if !strings.Contains(row, "[`") {
			t.Errorf("no test is named for: %s", row)
		}
	}
}

// tests are the names of the module's tests and fuzz targets, by the file they stand in.
type tests map[string][]string

func testsByFile(t *testing.T) tests {
	t.Helper()
	found := tests{}
	function := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w*)\(`)
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, name := range function.FindAllStringSubmatch(string(text), -1) {
			file := strings.TrimPrefix(filepath.ToSlash(path), "../")
			found[file] = append(found[file], name[1])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// has reports whether there is a test of this name, or a file or folder with tests.
func (all tests) has(name string) bool {
	for file, names := range all {
		if file == name || strings.HasPrefix(file, name+"/") || slices.Contains(names, name) {
			return true
		}
	}
	return false
}
