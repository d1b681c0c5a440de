package worker_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

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

func TestCommand_ofAStrangerOrToAStrangerChangesNothing(t *testing.T) {
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

func TestCommandQueue_handsHostileBodiesBackUntilTheyAreDeadLetters(t *testing.T) {
	play(t, short(), func(s *stage) {
		s.start("w1")
		hostile := []string{
			"", "null", "[]", "{", `{"id":1}`, `{"id":"a","verb":"rollback"}`, "\xff\xfe", strings.Repeat("[", 1<<20),
			`{"id":"` + strings.Repeat("x", 1<<20) + `"}`,
			`{"version":"0","source":"aws.cloudwatch","detail-type":"CloudWatch Alarm State Change","detail":{}}`,
		}
		for _, body := range hostile {
			v := s.loop("w2").Handle(t.Context(), worker.Delivery{ID: "m", Body: body, Command: true, Receives: 1})
			if v.Ack || v.Delay <= 0 || v.Why != "malformed" {
				t.Errorf("%.40q: %+v, want it handed back as malformed", body, v)
			}
		}
	})
}
