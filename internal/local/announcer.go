package local

import (
	"context"
	"encoding/json"

	"github.com/serinhq/serin/worker"
)

type announcer struct{ *Client }

type meter struct{ *Client }

var (
	_ worker.Announcer = announcer{}
	_ worker.Meter     = meter{}
)

// Announcer keeps announcements in the world.
func (c *Client) Announcer() worker.Announcer { return announcer{c} }

// Meter keeps gauges in the world.
func (c *Client) Meter() worker.Meter { return meter{c} }

// Announce keeps copies.
func (a announcer) Announce(ctx context.Context, announcements []worker.Announcement) error {
	if len(announcements) == 0 {
		return nil
	}
	return done(ctx, a.Client, Call{Name: "events:PutEvents", Write: true}, func() error {
		for _, one := range announcements {
			kept, err := clone(one)
			if err != nil {
				return refuse(worker.ErrInvalid, "announcement %s: %v", one.ID, err)
			}
			a.world.announced = append(a.world.announced, kept)
		}
		return nil
	})
}

// Publish keeps the gauges.
func (m meter) Publish(ctx context.Context, g worker.Gauges) error {
	return done(ctx, m.Client, Call{Name: "cloudwatch:PutMetricData", Write: true}, func() error {
		m.world.gauges = append(m.world.gauges, g)
		return nil
	})
}

// clone copies a value through its JSON, as the table does: what can't be
// written can't be kept, and nobody shares memory with the world.
func clone[T any](v T) (T, error) {
	var c T
	text, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	return c, err
}
