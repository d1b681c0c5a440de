package proof

import (
	"fmt"
	"os/exec"
	"strings"
)

// commit is what the tree at root is: a commit, and whether anything but the page differs from it. A file that git knows
// nothing of counts: it may be code.
func commit(root string) string {
	head, err := git(root, "rev-parse", "--short=12", "HEAD")
	if err != nil {
		return "at no known commit"
	}
	changes, err := git(root, "status", "--porcelain", "--", ".", ":(exclude)"+page)
	switch {
	case err != nil:
		return fmt.Sprintf("at %s, with changes or without", head)
	case changes != "":
		return fmt.Sprintf("at %s, with uncommitted changes", head)
	}
	return "at " + head
}

func git(root string, args ...string) (string, error) {
	out, err := exec.Command("git", append([]string{"-C", root}, args...)...).Output() //nolint:gosec // of this repository
	return strings.TrimSpace(string(out)), err
}
