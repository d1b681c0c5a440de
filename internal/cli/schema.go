package cli

import (
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"github.com/serinhq/serin/internal/canaryfile"
)

func newSchemaCommand(s *session) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the canary file's JSON schema, for editors and CI",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			schema, err := canaryfile.Schema()
			if err != nil {
				return err
			}
			return s.print(json.RawMessage(schema), func(w io.Writer) error {
				_, err := w.Write(schema)
				return err
			})
		},
	}
}
