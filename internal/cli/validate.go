package cli

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/serinhq/serin/internal/canaryfile"
)

// maxFile bounds what is read of a file; canaryfile refuses less than that.
const maxFile = 1 << 20

func newValidateCommand(s *session) *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "validate FILE…",
		Short: "Check canary files, and say everything that is wrong with them",
		Long: `Check canary files, and say everything that is wrong with them: each problem with
line, column, excerpt and what was expected. "-" is standard input. Nothing is
asked of AWS: whether a function, an alarm or a pipeline exists is preflight's
question.`,
		Example: "  serin validate checkout.yaml",
		RunE: func(_ *cobra.Command, files []string) error {
			if file != "" {
				files = append(files, file)
			}
			if len(files) == 0 {
				return usage(fmt.Errorf("no file is named; expected serin validate FILE"))
			}
			return s.validate(files)
		},
	}
	cmd.Flags().StringVarP(&file, "file", "f", "", "a file, as apply names it")
	return cmd
}

// fileView is what validate found.
type fileView struct {
	File     string               `json:"file"`
	Canary   *string              `json:"canary"`
	Valid    bool                 `json:"valid"`
	Problems []canaryfile.Problem `json:"problems"`
	Warnings []canaryfile.Problem `json:"warnings"`
}

func (s *session) validate(files []string) error {
	views := make([]fileView, 0, len(files))
	wrong := 0
	for _, name := range files {
		view := fileView{File: name, Problems: []canaryfile.Problem{}, Warnings: []canaryfile.Problem{}}
		_, file, err := s.load(name)
		if view.Problems = append(view.Problems, canaryfile.ProblemsOf(err)...); err != nil && len(view.Problems) == 0 {
			return err
		}
		view.Valid, view.Canary = err == nil, orNull(file.Plan.Canary)
		view.Warnings = append(view.Warnings, file.Warnings...)
		wrong += len(view.Problems)
		views = append(views, view)
	}
	if err := s.print(views, func(w io.Writer) error { return validateTable(w, views) }); err != nil {
		return err
	}
	switch wrong {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("1 problem was found")
	}
	return fmt.Errorf("%d problems were found", wrong)
}

func validateTable(w io.Writer, views []fileView) error {
	for _, v := range views {
		for _, p := range v.Problems {
			fmt.Fprintln(w, p)
		}
		for _, p := range v.Warnings {
			fmt.Fprintf(w, "warning: %s\n", p)
		}
		if v.Valid {
			fmt.Fprintf(w, "%s: canary %s is valid\n", v.File, *v.Canary)
		}
	}
	return nil
}

// load reads a canary file; "-" is standard input.
func (s *session) load(name string) (text []byte, file canaryfile.File, err error) {
	if name == "-" {
		text, err = io.ReadAll(io.LimitReader(s.In, maxFile))
		name = "standard input"
	} else {
		text, err = readFile(name)
	}
	if err != nil {
		return nil, file, fmt.Errorf("read canary file: %w", err)
	}
	file, err = canaryfile.Load(name, text)
	return text, file, err
}

func readFile(name string) ([]byte, error) {
	f, err := os.Open(name) //nolint:gosec // the person at the command line names the file
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.LimitReader(f, maxFile))
}
