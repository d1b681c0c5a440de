package cli

import (
	"context"
	"fmt"

	"github.com/serinhq/serin/internal/app"
)

// actor is who a command claims to come from: the caller's ARN. The queue stamps
// the proven sender beside it, so where STS does not answer a command goes out all
// the same: a rollback must not wait for it.
func (s *session) actor(ctx context.Context, a *app.App) string {
	caller, err := a.Caller(ctx)
	if err != nil {
		fmt.Fprintf(s.Err, "serin: who you are could not be asked, going on without: %v\n", err)
		return "unknown"
	}
	return caller.ARN
}
