package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/serinhq/serin/internal/app"
	"github.com/serinhq/serin/statemachine"
)

// liveView is what --live read, beside what the release says.
type liveView struct {
	At      moment        `json:"at"`
	Targets []liveSubject `json:"targets"`
	Alarms  []liveSubject `json:"alarms"`
	Others  []liveSubject `json:"others"`
	// Differences counts what differs, Unread what could not be read.
	Differences int `json:"differences"`
	Unread      int `json:"unread"`
}

// liveSubject is one thing that was read.
type liveSubject struct {
	Name string `json:"name"`
	// Expected is what the release says, Now what was read.
	Expected string  `json:"expected"`
	Now      *string `json:"now"`
	Differs  bool    `json:"differs"`
	// Detail is CloudWatch's reason, or who answered a gate.
	Detail *string `json:"detail"`
	Error  *string `json:"error"`
}

// look reads the present of a release. Each call has the call timeout; what can't
// be read says so in its place.
func look(ctx context.Context, a *app.App, r statemachine.Release) (*liveView, error) {
	l := liveView{At: moment{time.Now()}, Targets: []liveSubject{}, Alarms: []liveSubject{}, Others: []liveSubject{}}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(2+len(r.Targets))*a.Settings().CallTimeout)
	defer cancel()
	for _, read := range []func(context.Context, *app.App, statemachine.Release) error{
		l.lookAtTargets, l.lookAtAlarms, l.lookAtGate, l.lookAtDeployment,
	} {
		if err := read(ctx, a, r); err != nil {
			return nil, err
		}
	}
	for _, all := range [][]liveSubject{l.Targets, l.Alarms, l.Others} {
		for _, one := range all {
			if one.Differs {
				l.Differences++
			}
			if one.Error != nil {
				l.Unread++
			}
		}
	}
	return &l, nil
}

// live is the section of describe that shows it.
func (d description) live(w io.Writer) error {
	l := d.view.Live
	if l == nil {
		return nil
	}
	fmt.Fprintf(w, "\nRead now, with your credentials: %s\n", differences(l.Differences))
	table := newColumns(w, "", "SUBJECT", "EXPECTED", "NOW", "DETAIL")
	for _, all := range [][]liveSubject{l.Targets, l.Alarms, l.Others} {
		for _, one := range all {
			mark, now, detail := "=", text(one.Now), text(one.Detail)
			switch {
			case one.Error != nil:
				mark, now, detail = "?", "could not be read", *one.Error
			case one.Differs:
				mark = "≠"
			}
			table.row(mark, one.Name, one.Expected, now, detail)
		}
	}
	return table.end()
}

func differences(n int) string {
	switch n {
	case 0:
		return "no difference"
	case 1:
		return "1 difference"
	}
	return fmt.Sprintf("%d differences", n)
}
