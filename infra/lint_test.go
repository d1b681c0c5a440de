package infra_test

import (
	"os/exec"
	"testing"

	"github.com/serinhq/serin/internal/awstest"
)

func TestTemplates_passCfnLint(t *testing.T) {
	lint, err := exec.LookPath("cfn-lint")
	if err != nil {
		awstest.NotRun(t, &awstest.Missing{
			What: "cfn-lint on the templates", Because: "it is not on PATH", Install: "cfn-lint 1.51 (pip install cfn-lint)",
		})
	}
	out, err := exec.CommandContext(t.Context(), lint, templateFile, acceptedFile).CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("cfn-lint: %v\n%s", err, out)
	}
}
