package infra_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/serinhq/serin/internal/awstest"
)

// fullMessage is the most that SQS lets in, in bytes.
const fullMessage = 1 << 20

// hostileBodies are neither events nor commands, up to SQS's limit: broken, deep, wide, of one endless name, and each queue's
// own words out of place.
func hostileBodies() []string {
	full := func(head, fill, tail string) string {
		return head + strings.Repeat(fill, (fullMessage-len(head)-len(tail))/len(fill)) + tail
	}
	return []string{
		"{", "null", "[]", `"text"`, "\x7f", `{"id":1}`, `{"verb":"rollback"}`, `{"version":"0","detail":null}`,
		full("", "[", ""), full(`{"a":`, `{"a":`, ""), full(`{"`, "x", `":1}`), full(`{"detail":{"x":"`, `\"`, `"}}`),
		full(`{"version":"0","id":"`, "x", `"}`), full(`{"id":"a","verb":"`, "v", `"}`), full("{", `"a":1,`, `"a":1}`),
	}
}

// sendAs puts a body on a queue, as anyone could who had found a way around its policy.
func (s *stage) sendAs(actor, queue, body string) {
	s.t.Helper()
	url := s.outputs[queue]
	if _, err := sqs.NewFromConfig(s.Config(actor)).SendMessage(s.t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body}); err != nil {
		s.t.Fatal(err)
	}
}

// forge is an event of a source, an account and a region, that would end the stage's bake.
func (s *stage) forge(source, account, region string) string {
	at := time.Now().Add(time.Minute).UTC()
	return fmt.Sprintf(`{"version":"0","id":"forged","source":%q,"detail-type":"CloudWatch Alarm State Change","account":%q,"region":%q,`+
		`"time":%q,"resources":[],"detail":{"alarmName":%q,"state":{"value":"ALARM","timestamp":%q}}}`,
		source, account, region, at.Format(time.RFC3339), s.name, at.Format("2006-01-02T15:04:05.000-0700"))
}

func TestHostile_bodiesSourcesAccountsAndRegionsMoveNothing(t *testing.T) {
	t.Parallel()
	s := bareStage(t, "hostile")
	s.checkout(strings.NewReplacer("50, bake: 1s", "50, bake: 1h", "2m", "2h").Replace(checkoutFile))
	w := s.readyWorker("hostile-a")
	_, events := s.openGate(s.publish("two"))
	s.emit(last(events))
	before := s.bakes(s.name, 0, 50)

	const mallory = "mallory"
	forged := []string{
		s.forge("serin", awstest.Account, awstest.Region), s.forge("my.cloudwatch", awstest.Account, awstest.Region),
		s.forge("AWS.cloudwatch", awstest.Account, awstest.Region), s.forge("aws.cloudwatch", "999999999999", awstest.Region),
		s.forge("aws.cloudwatch", awstest.Account, "eu-west-1"), s.forge("aws.cloudwatch", awstest.Account, strings.ToUpper(awstest.Region)),
		fmt.Sprintf(`{"id":"c","verb":"rollback","canary":%q,"release":%q,"reason":"forged"}`, s.name, before.Release),
	}
	for _, body := range forged {
		s.sendAs(mallory, "QueueUrl", body)
	}
	s.until("all that is forged is refused", func() bool { return s.dealt(w)["refused"] == len(forged) })
	s.drained("QueueUrl")
	for _, body := range hostileBodies() {
		s.sendAs(mallory, "QueueUrl", body)
		s.sendAs(mallory, "CommandQueueUrl", body)
	}
	for _, queue := range []string{"events", "commands"} {
		s.until("each hostile body on the "+queue+" queue is handed back", func() bool { return s.dealtOn(w, queue)["malformed"] >= len(hostileBodies()) })
	}
	if now := s.releases(s.name); len(now) != 1 || now[0] != before {
		t.Errorf("the release was %+v, is %+v\n%s", before, now, s.story())
	}
	s.wantSplits("1", "1 with 10% on 2", "1 with 50% on 2")

	// Whoever finds a way to send a command is named by it, whatever it claims; a person's command goes through beside the rest.
	claim, err := json.Marshal(map[string]any{
		"id": "01MALLORY", "verb": "pause", "canary": s.name, "release": before.Release, "rev": before.Rev, "reason": "mine",
		"actor": "arn:aws:iam::" + awstest.Account + ":user/ann", "expiresAt": time.Now().Add(time.Minute).UTC(),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.sendAs(mallory, "CommandQueueUrl", string(claim))
	s.reaches(s.name, 0, "held", func(r releaseItem) bool { return r.Attention == "held" })
	if told := s.must("history", s.name); !strings.Contains(told, "(sender "+awstest.SenderID(mallory)+")") {
		t.Errorf("the history does not name who sent the command:\n%s", told)
	}
	s.must("rollback", s.name, "--reason", "enough")
	if r := s.settles(s.name, 0); r.Phase != "rolled_back" {
		t.Errorf("the release is %s:\n%s", r.Phase, s.story())
	}
	s.wantSplits("1", "1 with 10% on 2", "1 with 50% on 2", "1")
	s.wantAnswers("Rejected")
}
