package cli

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/serinhq/serin/statemachine"
)

// idleSide is a target whose two groups swap roles: which one has the traffic, and
// which one the pipeline may deploy to.
type idleSide struct {
	target string
	// serves and idle are "" where nobody looked yet.
	serves, idle string
	// busy: a release moves between the two.
	busy bool
}

// idleSides are those of a plan; shows tells what a target shows, nil if unknown.
func idleSides(p statemachine.Plan, shows func(name string) *statemachine.Split) []idleSide {
	var all []idleSide
	for _, spec := range p.Targets {
		var config struct{ Groups []string }
		if json.Unmarshal(spec.Config, &config) != nil || len(config.Groups) != 2 {
			continue
		}
		side := idleSide{target: spec.Name}
		if split := shows(spec.Name); split != nil {
			serves, one := split.One()
			side.busy = !one
			for i, group := range config.Groups {
				if one && group == serves {
					side.serves, side.idle = group, config.Groups[1-i]
				}
			}
		}
		all = append(all, side)
	}
	return all
}

// serving is what a target was last known to show: while a release moves it what
// that wants, later what it left, by the slot.
func serving(r statemachine.Release, slot statemachine.Slot, name string) *statemachine.Split {
	for i, t := range r.Targets {
		if t.Name == name && r.Running() && t.Restore != nil {
			return wanted(r, i)
		}
		if t.Name == name && r.Running() && t.Seen != nil {
			return t.Seen
		}
	}
	if left, ok := slot.Left[name]; ok {
		return &left
	}
	return nil
}

func idleTable(w io.Writer, sides []idleSide) error {
	for _, side := range sides {
		var err error
		switch {
		case side.busy:
			_, err = fmt.Fprintf(w, "%s: both groups have traffic; deploy to neither\n", side.target)
		case side.idle == "":
			_, err = fmt.Fprintf(w, "%s: which group is idle is not known yet; --live reads it\n", side.target)
		default:
			_, err = fmt.Fprintf(w, "%s: idle group %s (all traffic is on %s)\n", side.target, side.idle, side.serves)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
