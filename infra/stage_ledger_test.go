package infra_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// The judge of a story reads only the ledger of what was really applied, and the table.

// splits is what an alias showed, in order, equal neighbours merged: "1", "1 with 10% on 2".
func (c *cloud) splits(function string) []string {
	var shown []string
	for _, change := range c.Changes() {
		if state, ok := change.State.(awstest.AliasState); ok && strings.HasSuffix(change.Resource, ":function:"+function+":live") {
			shown = append(shown, aliasShows(state))
		}
	}
	return slices.Compact(shown)
}

func aliasShows(a awstest.AliasState) string {
	text := a.FunctionVersion
	for _, version := range slices.Sorted(maps.Keys(a.Weights)) {
		text += fmt.Sprintf(" with %.4g%% on %s", a.Weights[version]*100, version)
	}
	return text
}

// answers is how a pipeline's gate was answered, in order.
func (c *cloud) answers(pipeline string) []string {
	var given []string
	for _, change := range c.Changes() {
		if state, ok := change.State.(awstest.ApprovalState); ok && state.Pipeline == pipeline {
			given = append(given, state.Status)
		}
	}
	return given
}

// wantSplits requires what the stage's alias showed, from first to last.
func (s *stage) wantSplits(want ...string) {
	s.t.Helper()
	if diff := cmp.Diff(want, s.splits(s.name)); diff != "" {
		s.t.Errorf("splits of %s (-want +got):\n%s%s", s.name, diff, s.story())
	}
}

// wantAnswers requires how the stage's gate was answered, from first to last.
func (s *stage) wantAnswers(want ...string) {
	s.t.Helper()
	if diff := cmp.Diff(want, s.answers(s.name)); diff != "" {
		s.t.Errorf("answers of %s (-want +got):\n%s%s", s.name, diff, s.story())
	}
}
