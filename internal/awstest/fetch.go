package awstest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// cacheDir makes and returns the directory for an engine that was fetched.
func cacheDir(name string) (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the user's cache directory: %w", err)
	}
	dir := filepath.Join(base, "serin-test", name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("make the engine's directory: %w", err)
	}
	return dir, nil
}

// fetchOnce makes dir/done by fetch, in one process at a time. Fetch fills the directory it is given, which then takes
// its place in one step, so that a fetch cut short leaves nothing half done.
func fetchOnce(ctx context.Context, dir, done string, fetch func(ctx context.Context, into string) error) (string, error) {
	final := filepath.Join(dir, done)
	unlock, err := lockFile(filepath.Join(dir, ".lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(final); err == nil {
		return final, nil
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	if err := os.RemoveAll(final + ".part"); err != nil {
		return "", err
	}
	if err := fetch(ctx, final+".part"); err != nil {
		return "", err
	}
	return final, os.Rename(final+".part", final)
}

// runTool runs one command to its end; its error carries the last of what it said.
func runTool(ctx context.Context, dir string, args ...string) error {
	var out tail
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // pinned tools
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s failed (%w): %s", filepath.Base(args[0]), err, telling(out.String()))
	}
	return nil
}

// telling is the line a person needs of a failed tool's output: the first that says error, else the last.
func telling(out string) string {
	for line := range strings.Lines(out) {
		if strings.Contains(strings.ToLower(line), "error") {
			return strings.TrimSpace(line)
		}
	}
	return out[strings.LastIndex(out, "\n")+1:]
}
