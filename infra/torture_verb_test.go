package infra_test

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
)

// verb gives a command line in the background. How it went is seen by what became of it.
func (x *torment) verb(r *round, args ...string) {
	program := built.path(x.t)
	r.busy = x.verbs.TryGo(func() error {
		_ = x.command(program, append(args, "--reason", "torture", "--wait", "10s")...) // what it was to do is given again until it is done
		x.results <- r
		return nil
	})
}

// command runs one command line as an operator.
func (x *torment) command(program string, args ...string) error {
	ctx, cancel := context.WithTimeout(x.t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env, cmd.Dir = x.environment("operator", args...), x.logs
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("serin %s: %w: %s", strings.Join(args, " "), err, out)
	}
	return nil
}

// readLedger keeps what was applied since it last looked.
func (x *torment) readLedger() {
	changes := x.ledger()
	for _, c := range changes[x.read:] {
		m, ours := x.movers[c.Resource]
		if !ours || m.shows(c) == "" {
			continue
		}
		id := deploymentOf(c)
		if id == "" {
			x.shown[c.Resource] = m.shows(c)
			continue
		}
		if x.asked[id] == nil {
			x.asked[id] = map[string]bool{}
		}
		x.asked[id][m.shows(c)] = true
	}
	x.read = len(changes)
}
