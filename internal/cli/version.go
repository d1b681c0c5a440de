package cli

import (
	"fmt"
	"io"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/serinhq/serin/internal/app"
)

func newVersionCommand(s *session) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print what this program was built from",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			v := struct {
				Version string `json:"version"`
				Go      string `json:"go"`
			}{app.Version(), runtime.Version()}
			return s.print(v, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "serin %s (%s)\n", v.Version, v.Go)
				return err
			})
		},
	}
}
