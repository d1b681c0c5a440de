package local

import (
	"context"
	"fmt"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// KindCodeBuild is the one kind of checks that a world has.
const KindCodeBuild = "codebuild"

type checks struct{ *Client }

type check struct {
	*Client
	project string
}

var (
	_ worker.Checks = checks{}
	_ worker.Check  = check{}
)

// Checks opens the world's projects, by name.
func (c *Client) Checks() worker.Checks { return checks{c} }

// Open makes the check of a spec.
func (c checks) Open(spec statemachine.CheckSpec) (worker.Check, error) {
	if spec.Kind != KindCodeBuild || spec.Name == "" {
		return nil, fmt.Errorf("open check %s: no kind %q", spec.Name, spec.Kind)
	}
	return check{c.Client, spec.Name}, nil
}

// Start starts a build, unless the key has one.
func (c check) Start(ctx context.Context, key string, in worker.CheckInput) (string, error) {
	return call(ctx, c.Client, Call{Name: "codebuild:StartBuild", Resource: c.project, Write: true}, func() (string, error) {
		p := c.world.projects[c.project]
		if p == nil {
			return "", refuse(worker.ErrNotFound, "project %s", c.project)
		}
		for _, b := range p.builds {
			if b.Key == key {
				return b.ID, nil
			}
		}
		b := &Build{ID: fmt.Sprintf("%s:%d", c.project, len(p.builds)+1), Key: key, Input: in, status: statemachine.CheckWait}
		p.builds = append(p.builds, b)
		c.world.record(Change{By: c.id, What: StartedCheck, Resource: c.project})
		c.world.emitBuild(p, b, "IN_PROGRESS")
		return b.ID, nil
	})
}

// Observe reads what has come of a build.
func (c check) Observe(ctx context.Context, _, run string, _ worker.CheckInput) (statemachine.CheckLook, error) {
	return call(ctx, c.Client, Call{Name: "codebuild:BatchGetBuilds", Resource: c.project}, func() (statemachine.CheckLook, error) {
		if b := c.world.build(run); b != nil {
			return statemachine.CheckLook{Status: b.status, Text: b.text}, nil
		}
		return statemachine.CheckLook{}, refuse(worker.ErrNotFound, "build %s", run)
	})
}
