package infra_test

import (
	"fmt"
	"strings"

	"github.com/serinhq/serin/internal/awstest"
)

const edgeARN = "arn:aws:cloudfront::" + awstest.Account + ":"

// edgeTrial is a distribution with a staging twin. The pipeline writes the twin, so a round waits for the one before. CloudFront
// carries out each write over some readings, and has a ceiling: what the plan calls 50 it shows as 15.
func edgeTrial(x *torment, t *trial) {
	x.edges.DeployAfter(2)
	e := x.on(t).edge()
	x.shown10And50(t, e.target(), edgeMover(e))
	t.apart = true
	t.puts = append(t.puts, func(r *round) map[string]string {
		x.edges.SetOriginPath(e.staging, originPath(r))
		return nil
	})
}

func originPath(r *round) string { return "/" + r.tag() }

// edgeState is what viewers get of two distributions and the policy between them.
type edgeState struct {
	primary, staging string // origin paths
	policy           awstest.PolicyState
}

// edgeMover reads all three.
func edgeMover(e edge) mover {
	m := besideMover(edgeARN+"distribution/"+e.primary, true, originPath, func(c awstest.Change) string {
		return c.State.(edgeState).shows()
	}, 10, 15)
	m.beside = []string{edgeARN + "distribution/" + e.staging, edgeARN + "continuous-deployment-policy/" + e.policy}
	m.whole = func(states []any) any {
		primary, _ := states[0].(awstest.DistributionState)
		staging, _ := states[1].(awstest.DistributionState)
		policy, _ := states[2].(awstest.PolicyState)
		return edgeState{primary.OriginPath, staging.OriginPath, policy}
	}
	return m
}

func (s edgeState) shows() string {
	text := s.primary
	if s.policy.Enabled && s.staging != s.primary {
		text += fmt.Sprintf(" with %g%% of %s", 100*s.policy.Weight, s.staging)
	}
	return text
}

// ledger is all that was applied, with a change of anything that has a part in what a mover shows as a change of the whole.
func (x *torment) ledger() []awstest.Change { return merged(x.Changes(), x.movers) }

// merged makes one state of what several resources show together.
func merged(ledger []awstest.Change, movers map[string]mover) []awstest.Change {
	parts, latest := map[string]mover{}, map[string]any{}
	for _, m := range movers {
		if m.whole != nil {
			for _, part := range append([]string{m.resource}, m.beside...) {
				parts[part] = m
			}
		}
	}
	for i := range ledger {
		c := &ledger[i]
		if _, config := c.State.(awstest.ConfigurationState); config {
			c.Resource, _, _ = strings.Cut(c.Resource, "/deployment/")
		}
		m, ok := parts[c.Resource]
		if _, invalidation := c.State.(awstest.InvalidationState); !ok || invalidation {
			continue
		}
		latest[c.Resource] = c.State
		states := []any{latest[m.resource]}
		for _, part := range m.beside {
			states = append(states, latest[part])
		}
		c.Resource, c.State = m.resource, m.whole(states)
	}
	return ledger
}
