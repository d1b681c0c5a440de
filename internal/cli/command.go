package cli

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/serinhq/serin/internal/app"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// command fills in what every command carries.
func (s *session) command(ctx context.Context, a *app.App, o *order, c worker.Command) worker.Command {
	c.ID = ulid.MustNew(ulid.Now(), rand.Reader).String()
	c.Verb, c.Reason, c.Actor = o.verb, o.reason, s.actor(ctx, a)
	c.Version, c.FixForward = o.version, o.fixForward
	return c
}

// outcomeView is what became of a command.
type outcomeView struct {
	// Command is null if this process did it itself.
	Command *string `json:"command"`
	Release *string `json:"release"`
	Rev     int64   `json:"rev"`
	Code    string  `json:"code"`
	Text    string  `json:"text"`
}

// report prints what was done; what was refused is an error, exit 4.
func (s *session) report(o worker.Outcome) error {
	if !o.Done {
		return exit(exitRefused, fmt.Errorf("refused, nothing was changed: %s (%s)", o.Text, o.Code))
	}
	view := outcomeView{orNull(o.Command), orNull(o.Release), o.Rev, o.Code, o.Text}
	err := s.print(view, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "done: %s (%s); release %s is at rev %d\n", o.Text, o.Code, o.Release, o.Rev)
		return err
	})
	if err == nil && stillborn(o) {
		err = exit(exitRefused, fmt.Errorf("release %s ended at once: %s", o.Release, o.Text))
	}
	return err
}

// stillborn: start or revert made a release that ended with its creation.
func stillborn(o worker.Outcome) bool {
	return o.Rev == 1 && o.Code != string(statemachine.CodeCreated) && o.Code != string(statemachine.CodeQueued)
}

// lately: a worker says so once a SERIN_RESYNC.
const lately = 2 * time.Minute

// lastSeen says when a worker was last seen; recent if that was lately.
func lastSeen(workers []worker.WorkerInfo, now time.Time) (text string, recent bool) {
	var last worker.WorkerInfo
	for _, w := range workers {
		if w.SeenAt.After(last.SeenAt) {
			last = w
		}
	}
	if last.ID == "" {
		return "no worker was seen within a day", false
	}
	return fmt.Sprintf("worker %s was last seen %s", last.ID, ago(last.SeenAt, now)), now.Sub(last.SeenAt) <= lately
}
