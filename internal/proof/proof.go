// Package proof keeps infra/PROOF.md: what Serin was shown to do, by which
// command, when and on what. Each command that proves something rewrites its own
// section, and no one writes a figure there by hand. Only tests and record import it.
package proof

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// page is where the sections stand, below the module's root.
const page = "infra/PROOF.md"

// Write replaces what stands between the page's lines <!-- section --> and
// <!-- /section --> with the command, the day, the commit, the machine's cores and
// the text, which is Markdown. It fails if the page has no such section.
func Write(section, command, text string) error {
	path, err := find(page)
	if err != nil {
		return err
	}
	old, err := os.ReadFile(path) //nolint:gosec // a page of this repository
	if err != nil {
		return fmt.Errorf("read the proof: %w", err)
	}
	root := strings.TrimSuffix(path, page)
	body := header(command, commit(root)) + "\n\n" + strings.TrimSpace(text) + "\n"
	revised, err := replace(string(old), section, body)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte(revised), 0o644); err != nil { //nolint:gosec // a page of this repository
		return fmt.Errorf("write the proof: %w", err)
	}
	return nil
}

// header is the first line of a section.
func header(command, commit string) string {
	return fmt.Sprintf("`%s`, %s, %s, %d cores, %s", command, time.Now().UTC().Format(time.DateOnly), commit, runtime.NumCPU(), runtime.Version())
}

// replace is the page with a section's body in place of the old one.
func replace(page, section, body string) (string, error) {
	begin, end := "<!-- "+section+" -->\n", "<!-- /"+section+" -->"
	head, rest, begins := strings.Cut(page, begin)
	_, tail, ends := strings.Cut(rest, end)
	if !begins || !ends {
		return "", fmt.Errorf("the proof has no section %s: want the lines %s and %s", section, strings.TrimSpace(begin), end)
	}
	return head + begin + "\n" + body + "\n" + end + tail, nil
}

// find is the path of a file named from the module's root, which is the nearest
// folder above the current one with a go.mod.
func find(name string) (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the module's root: %w", err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, name), nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("find %s: no folder above has a go.mod", name)
		}
	}
}
