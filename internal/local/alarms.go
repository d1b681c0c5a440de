package local

import (
	"context"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

type alarms struct{ *Client }

var _ worker.Alarms = alarms{}

// Alarms reads the world's alarms.
func (c *Client) Alarms() worker.Alarms { return alarms{c} }

// namesACall is how many names DescribeAlarms takes.
const namesACall = 100

// Look asks for a hundred names a call.
func (a alarms) Look(ctx context.Context, queries []worker.AlarmQuery) ([]statemachine.AlarmLook, error) {
	seen := map[string]alarm{}
	for names := distinct(queries); len(names) > 0; {
		batch := names[:min(len(names), namesACall)]
		names = names[len(batch):]
		err := done(ctx, a.Client, Call{Name: "cloudwatch:DescribeAlarms"}, func() error {
			for _, name := range batch {
				if found := a.world.alarms[name]; found != nil {
					seen[name] = found.copy()
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	looks := make([]statemachine.AlarmLook, 0, len(queries))
	for _, query := range queries {
		found, there := seen[query.Name]
		if !there {
			looks = append(looks, statemachine.AlarmLook{Name: query.Name, State: statemachine.AlarmMissing})
			continue
		}
		looks = append(looks, found.look(query))
	}
	return looks, nil
}

func distinct(queries []worker.AlarmQuery) []string {
	var names []string
	asked := map[string]bool{}
	for _, query := range queries {
		if !asked[query.Name] {
			names = append(names, query.Name)
		}
		asked[query.Name] = true
	}
	return names
}

func (a alarm) look(query worker.AlarmQuery) statemachine.AlarmLook {
	now := a.now()
	look := statemachine.AlarmLook{
		Name: query.Name, State: now.state, Transition: now.at, Reason: now.reason,
		Window: a.Window, Muted: query.Mute && a.muted,
	}
	if look.State == statemachine.AlarmOK && a.unevaluated {
		look.State = statemachine.AlarmNoData
	}
	if look.State == statemachine.AlarmOK && query.Data && !a.data {
		look.State = statemachine.AlarmBlind
	}
	if query.Since.IsZero() || query.Since.Equal(now.at) {
		return look
	}
	for _, was := range a.history {
		if was.state == statemachine.AlarmFiring && was.at.After(query.Since) {
			look.Visited = was.at
		}
	}
	return look
}
