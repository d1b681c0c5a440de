package canaryfile_test

import (
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/serinhq/serin/internal/canaryfile"
)

// Each case of testdata/wrong is a file and the complete report of it. After a
// change, go test -run TestLoad_reports -rewrite ./internal/canaryfile writes
// the reports anew, for a person to read.
func TestLoad_reportsEverythingThatIsWrongAtOnce(t *testing.T) {
	datadriven.Walk(t, "testdata/wrong", func(t *testing.T, path string) {
		t.Helper()
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			t.Helper()
			file, err := canaryfile.Load("c.yaml", []byte(d.Input))
			if d.Cmd == "warn" {
				return warnings(t, file, err)
			}
			if len(canaryfile.ProblemsOf(err)) == 0 {
				t.Fatalf("%s: accepted; want problems\n%s", d.Pos, d.Input)
			}
			return err.Error()
		})
	})
}

func warnings(t *testing.T, file canaryfile.File, err error) string {
	t.Helper()
	if err != nil {
		t.Fatalf("a file with warnings only was refused:\n%v", err)
	}
	text := ""
	for _, w := range file.Warnings {
		text += w.String() + "\n"
	}
	return text
}
