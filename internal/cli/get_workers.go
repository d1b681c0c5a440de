package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/serinhq/serin/worker"
)

func newGetWorkersCommand(s *session) *cobra.Command {
	return &cobra.Command{
		Use:     "workers",
		Aliases: []string{"worker"},
		Short:   "List the workers that were seen within a day",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a, err := s.app()
			if err != nil {
				return err
			}
			catalog, err := a.Catalog(cmd.Context())
			if err != nil {
				return err
			}
			workers, err := catalog.Workers(cmd.Context())
			if err != nil {
				return fmt.Errorf("list workers: %w", err)
			}
			views := make([]workerView, len(workers))
			for i, w := range workers {
				views[i] = workerView{w.ID, moment{w.SeenAt}, moment{w.LastSweepAt}, w.Version}
			}
			return s.print(views, func(w io.Writer) error { return workerTable(w, workers, time.Now()) })
		},
	}
}

// workerView is a worker as JSON.
type workerView struct {
	ID          string `json:"id"`
	SeenAt      moment `json:"seenAt"`
	LastSweepAt moment `json:"lastSweepAt"`
	Version     string `json:"version"`
}

func workerTable(w io.Writer, workers []worker.WorkerInfo, now time.Time) error {
	table := newColumns(w, "ID", "SEEN", "LAST SWEEP", "VERSION")
	for _, one := range workers {
		table.row(one.ID, ago(one.SeenAt, now), ago(one.LastSweepAt, now), one.Version)
	}
	return table.end()
}
