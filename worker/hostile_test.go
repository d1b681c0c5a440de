package worker_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/local"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// as sends a command with the queue's own word for its sender.
func (s *stage) as(sender string, c worker.Command) {
	s.t.Helper()
	c.Reason, c.ExpiresAt = "because", time.Now().Add(time.Minute)
	body, err := json.Marshal(c)
	if err == nil {
		err = s.Client(sender).Commands().Send(s.t.Context(), body)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.after(5 * time.Second)
}

func TestCommand_keepsTheProvenSenderWhateverIsClaimed(t *testing.T) {
	const sender = "AIDAMALLORY"
	for _, claimed := range []string{
		"", "arn:aws:iam::1:user/alice", "arn:aws:iam::1:user/alice (sender AIDAALICE)", sender + " is alice",
		"arn:aws:iam::1:user/" + strings.Repeat("a", 600), strings.Repeat("\u00e9", 4000), "alice\n\x1b[2K(sender AIDAALICE)",
	} {
		play(t, short(), func(s *stage) {
			s.start("w1")
			s.release("43")
			s.after(30 * time.Second)
			r := s.only()
			s.as(sender, worker.Command{ID: "pause", Verb: "pause", Canary: r.Canary, Release: r.ID, Rev: r.Rev, Actor: claimed})
			held := s.only().Held
			if held == nil || !strings.HasSuffix(held.By, " (sender "+sender+")") || utf8.RuneCountInString(held.By) > 512 {
				t.Errorf("claimed %.40q: held by %+v, want it to end in the sender", claimed, held)
			}
		})
	}
}

func TestCommand_toNoReleaseOfNoVerbOrOfAStaleRevChangesNothing(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		s.release("43")
		s.after(30 * time.Second)
		r := s.only()
		for code, c := range map[string]worker.Command{
			"not_found":    {ID: "c1", Verb: "rollback", Canary: "checkout", Release: "01STRANGER"},
			"unknown_verb": {ID: "c2", Verb: "drop", Canary: "checkout", Release: r.ID},
			"stale_rev":    {ID: "c3", Verb: "promote", Canary: "checkout", Release: r.ID, Rev: r.Rev - 1},
		} {
			s.as("AIDAMALLORY", c)
			if o, err := s.store().Outcome(t.Context(), c.ID); err != nil || o.Done || o.Code != code {
				t.Errorf("%s %s: outcome %+v, error %v; want refused, %s", c.Verb, c.Release, o, err, code)
			}
		}
		s.as("AIDAMALLORY", worker.Command{ID: "c4", Verb: "rollback", Canary: "payments", Release: r.ID})
		if now := s.only(); now.Phase != statemachine.Baking {
			t.Errorf("after commands to releases there are not, the release is %s", now.Phase)
		}
	})
}

// hostileCommands are bodies that are no commands, up to the most that a queue lets in.
func hostileCommands() []string {
	const most = 1 << 20
	return []string{
		"null", "[]", "{", `{"id":1}`, `{"id":"a","verb":"rollback"}`, "\xff\xfe", strings.Repeat("[", most),
		`{"id":"` + strings.Repeat("x", most-9) + `"}`,
		`{"version":"0","source":"aws.cloudwatch","detail-type":"CloudWatch Alarm State Change","detail":{}}`,
	}
}

// The queue hands each out twenty times, as the one in the template does, and no receive may end it sooner or later.
func TestCommandQueue_handsHostileBodiesBackUntilTheyAreDeadLetters(t *testing.T) {
	const handBack = 5 * time.Second
	play(t, short(), func(s *stage) {
		var handedBack, deleted atomic.Int64
		s.Intercept(func(_ context.Context, call local.Call) local.Effect {
			switch {
			case call.Resource != "commands":
			case call.Name == "sqs:ChangeMessageVisibility":
				handedBack.Add(1)
			case call.Name == "sqs:DeleteMessageBatch":
				deleted.Add(1)
			}
			return local.Effect{}
		})
		s.start("w1")
		s.release("43")
		for _, body := range hostileCommands() {
			if err := s.Client("AIDAMALLORY").Commands().Send(t.Context(), []byte(body)); err != nil {
				t.Fatal(err)
			}
		}
		s.after(19*handBack + time.Second) // the twentieth receive
		if dead := s.DeadLetters(); len(dead) > 0 {
			t.Errorf("%d are dead letters before they were handed back twenty times", len(dead))
		}
		s.after(handBack)
		if diff := cmp.Diff(hostileCommands(), s.DeadLetters()); diff != "" {
			t.Errorf("dead letters (-sent +dead):\n%.2000s", diff)
		}
		if want := int64(20 * len(hostileCommands())); handedBack.Load() != want || deleted.Load() != 0 {
			t.Errorf("%d handed back and %d deleted, want %d and none", handedBack.Load(), deleted.Load(), want)
		}
		s.after(10 * time.Minute)
		s.wants(statemachine.Promoted)
	})
}
