package infra_test

import (
	"os"
	"os/exec"
	"testing"
)

func TestTemplate_passesCfnLint(t *testing.T) {
	lint, err := exec.LookPath("cfn-lint")
	if err != nil {
		notRun(t, "cfn-lint on the template because it is not on PATH, install cfn-lint 1.51 (pip install cfn-lint)")
		return
	}
	out, err := exec.CommandContext(t.Context(), lint, templateFile).CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("cfn-lint: %v\n%s", err, out)
	}
}

// notRun reports what this machine cannot run: the last lines of make test say it, and where engines are required it fails.
func notRun(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("SERIN_REQUIRE_ENGINES") == "1" {
		t.Fatalf("not run: %s", what)
	}
	path := os.Getenv("SERIN_NOT_RUN_REPORT")
	if path == "" {
		t.Logf("not run: %s", what)
		return
	}
	report, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := report.WriteString("not run: " + what + "\n"); err != nil {
		t.Fatal(err)
	}
	if err := report.Close(); err != nil {
		t.Fatal(err)
	}
}
