package infra_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// trio is a function's alias, a load balancer's rule and a static site that one release moves.
type trio struct {
	*stage
	rule balancer
}

// trioPart is one of the three: the call that moves it, and what it shows before, at each step and at the end.
type trioPart struct {
	name, write string
	ladder      [4]string
}

// trioParts are in the file's order.
func trioParts() []trioPart {
	return []trioPart{
		{"alias", "UpdateAlias", [4]string{"1", "1 with 10% on 2", "1 with 50% on 2", "2"}},
		{"rule", "ModifyRule", [4]string{"blue 90 green 0", "blue 81 green 9", "blue 45 green 45", "blue 0 green 90"}},
		{"site", "PutObject", [4]string{"a1 null 0", "a1 b2 10", "a1 b2 50", "b2 null 0"}},
	}
}

// trioForth is the way forth: no part is more than one rung ahead of another.
func trioForth() []string {
	var moves []string
	for rung := 1; rung <= 3; rung++ {
		for _, part := range trioParts() {
			moves = append(moves, part.name+" "+part.ladder[rung])
		}
	}
	return moves
}

func newTrio(t *testing.T, name string) trio {
	t.Helper()
	s := bareStage(t, name)
	s.pollEvery = 500 * time.Millisecond // there are many of them
	s.function(name)
	s.bucket()
	three := trio{s, s.balancer()}
	s.swap(`  - lambda: {function: NAME, alias: live, version: "#{Deploy.FunctionVersion}"}` + "\n" + three.rule.target() +
		`  - staticsite: {bucket: NAME, assets: "releases/{version}/app.js", version: "#{Deploy.Prefix}"}` + "\n")
	return three
}

// release runs one to its end.
func (s trio) release() releaseItem {
	s.t.Helper()
	s.readyWorker(s.name + "-a")
	_, events := s.openGateWith(map[string]map[string]string{
		"Deploy": {"FunctionVersion": s.publish("two"), "Prefix": "b2"}, "Source": {"CommitId": "c0ffee1"},
	})
	s.emit(last(events))
	return s.settles(s.name, 0)
}

// moves is how the three came to show another thing, in the order it happened: "rule blue 81 green 9".
func (s trio) moves() []string {
	shows := map[string]string{}
	for _, part := range trioParts() {
		shows[part.name] = part.ladder[0]
	}
	var moves []string
	for _, change := range s.Changes() {
		part, text := "", ""
		switch state := change.State.(type) {
		case awstest.AliasState:
			if strings.HasSuffix(change.Resource, ":function:"+s.name+":live") {
				part, text = "alias", aliasShows(state)
			}
		case awstest.RuleState:
			if change.Resource == s.rule.rule {
				part, text = "rule", fmt.Sprintf("blue %d green %d", groupWeight(state, s.rule.blue), groupWeight(state, s.rule.green))
			}
		case awstest.ObjectState:
			if change.Resource == "arn:aws:s3:::"+s.name+"/canary-config.json" {
				part, text = "site", siteSays(state)
			}
		}
		if text != shows[part] {
			shows[part] = text
			moves = append(moves, part+" "+text)
		}
	}
	return moves
}

// whole is all of the three but the marks that every write moves.
func (s trio) whole() []any {
	alias, rule := s.functions.Alias(s.name, "live"), s.balancing.Rule(s.rule.rule)
	site, _ := s.files.File(s.name, "canary-config.json")
	alias.RevisionID, site.ETag = "", ""
	site.Body = regexp.MustCompile(`"rev": [0-9]+`).ReplaceAllString(site.Body, "")
	return []any{alias, rule, site}
}

func TestLockStep_anAliasARuleAndASiteGoTogether(t *testing.T) {
	t.Parallel()
	s := newTrio(t, "trio")
	if r := s.release(); r.Phase != "promoted" {
		t.Errorf("the release is %s: %s", r.Phase, r.Reason)
	}
	if diff := cmp.Diff(trioForth(), s.moves()); diff != "" {
		t.Errorf("moves (-want +got):\n%s%s", diff, s.story())
	}
	s.wantAnswers("Approved")
}

// A part is denied its move and then its first way back, at the first step, at the second, or at the promotion.
func TestLockStep_whicheverIsDeniedAllEndAsBefore(t *testing.T) {
	t.Parallel()
	for i, part := range trioParts() {
		for rung := 1; rung <= 3; rung++ {
			t.Run(fmt.Sprint(part.name, rung), func(t *testing.T) {
				t.Parallel()
				s := newTrio(t, fmt.Sprintf("trio-%s-%d", part.name, rung))
				var writes atomic.Int32
				t.Cleanup(s.Deny(func(c awstest.Call) bool {
					if c.Actor != s.name+"-a" || c.Operation != part.write {
						return false
					}
					n := int(writes.Add(1))
					return n == rung || n == rung+1
				}))
				before := s.whole()
				if r := s.release(); r.Phase != "rolled_back" || !s.told(r.Release, "denied") {
					t.Errorf("the release is %s: %s", r.Phase, r.Reason)
				}
				s.wantBack(i, rung)
				if diff := cmp.Diff(before, s.whole()); diff != "" {
					t.Errorf("the three (-before +after):\n%s", diff)
				}
				s.wantAnswers("Rejected")
			})
		}
	}
}

// wantBack requires that the three went forth until part i was denied a rung, and came back: those that were not denied
// their way did not wait for the one that was.
func (s trio) wantBack(i, rung int) {
	s.t.Helper()
	want, moves := trioForth()[:3*(rung-1)+i], s.moves()
	back := moves[min(len(want), len(moves)):]
	for k, part := range trioParts() {
		if moved := rung > 1 || k < i; moved && k != i {
			want = append(want, part.name+" "+part.ladder[0])
		}
	}
	if rung > 1 {
		want = append(want, trioParts()[i].name+" "+trioParts()[i].ladder[0])
		slices.Sort(back[:max(len(back)-1, 0)]) // in any order, but for the last
	} else {
		slices.Sort(back)
	}
	if diff := cmp.Diff(strings.Join(want, "\n"), strings.Join(moves, "\n")); diff != "" {
		s.t.Errorf("moves (-want +got):\n%s%s", diff, s.story())
	}
}
