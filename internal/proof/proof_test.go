package proof

import (
	"strings"
	"testing"
)

func TestReplace_leavesEverythingElseAsItIs(t *testing.T) {
	const old = "# Proof\n<!-- one -->\nold\n<!-- /one -->\nbetween\n<!-- two -->\n<!-- /two -->\nend\n"
	got, err := replace(old, "one", "new\n")
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Replace(old, "old\n", "\nnew\n\n", 1); got != want {
		t.Errorf("the page is\n%s\nwant\n%s", got, want)
	}
	again, err := replace(got, "one", "new\n")
	if err != nil || again != got {
		t.Errorf("written again it is\n%s, error %v", again, err)
	}
}

func TestReplace_refusesAPageWithoutTheSection(t *testing.T) {
	for _, page := range []string{"", "<!-- one -->\n", "<!-- /one -->\n"} {
		if _, err := replace(page, "one", "new"); err == nil || !strings.Contains(err.Error(), "one") {
			t.Errorf("of %q the error is %v, want one that names the section", page, err)
		}
	}
}

func TestFind_looksFromTheModulesRoot(t *testing.T) {
	path, err := find(page)
	if err != nil || !strings.HasSuffix(path, "/infra/PROOF.md") || strings.Contains(path, "internal") {
		t.Errorf("%s, error %v", path, err)
	}
}
