package infra_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// patience is how long a test waits for anything before it gives up.
const patience = 2 * time.Minute

// until polls done until it is true.
func (s *stage) until(what string, done func() bool) {
	s.t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(s.pollEvery)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-deadline.C:
			s.t.Fatalf("waited %s in vain: %s\nthe table:\n%s", patience, what, s.story())
		}
	}
}

// releaseItem is a release as operators read it in the table.
type releaseItem struct {
	Release    string  `dynamodbav:"release"`
	Canary     string  `dynamodbav:"canary"`
	Kind       string  `dynamodbav:"kind"`
	Phase      string  `dynamodbav:"phase"`
	Rev        int     `dynamodbav:"rev"`
	Step       int     `dynamodbav:"step"`
	Weight     float64 `dynamodbav:"weight"`
	Code       string  `dynamodbav:"reason_code"`
	Reason     string  `dynamodbav:"reason"`
	Attention  string  `dynamodbav:"attention"`
	Execution  string  `dynamodbav:"execution"`
	StartedAt  string  `dynamodbav:"started_at"`
	FinishedAt string  `dynamodbav:"finished_at"`
	SettledAt  string  `dynamodbav:"settled_at"`
}

// entryItem is a line of a release's history.
type entryItem struct {
	Seq  int    `dynamodbav:"seq"`
	From string `dynamodbav:"from"`
	To   string `dynamodbav:"to"`
	Code string `dynamodbav:"reason_code"`
	Text string `dynamodbav:"reason"`
}

// releases are the canary's, oldest first.
func (s *stage) releases(canary string) []releaseItem {
	s.t.Helper()
	var all []releaseItem
	s.query("CANARY#"+canary, "RELEASE#", &all)
	return all
}

// history is a release's, in order.
func (s *stage) history(release string) []entryItem {
	s.t.Helper()
	var all []entryItem
	s.query("RELEASE#"+release, "0", &all)
	return all
}

// query reads the items of a partition whose sort key has a prefix.
func (s *stage) query(pk, prefix string, into any) {
	s.t.Helper()
	pages := dynamodb.NewQueryPaginator(dynamodb.NewFromConfig(s.Config("judge")), &dynamodb.QueryInput{
		TableName: &s.name, ConsistentRead: aws.Bool(true), KeyConditionExpression: aws.String("pk = :pk and begins_with(sk, :sk)"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":pk": &types.AttributeValueMemberS{Value: pk}, ":sk": &types.AttributeValueMemberS{Value: prefix},
		},
	})
	var items []map[string]types.AttributeValue
	for pages.HasMorePages() {
		page, err := pages.NextPage(s.t.Context())
		if err != nil {
			s.t.Fatalf("read %s of the table: %v", pk, err)
		}
		items = append(items, page.Items...)
	}
	if err := attributevalue.UnmarshalListOfMaps(items, into); err != nil {
		s.t.Fatal(err)
	}
}

// reaches waits until the canary's release number n, from 0, is as told, and returns it.
func (s *stage) reaches(canary string, n int, what string, is func(releaseItem) bool) releaseItem {
	s.t.Helper()
	var found releaseItem
	s.until(fmt.Sprintf("release %d of %s is %s", n, canary, what), func() bool {
		all := s.releases(canary)
		if len(all) <= n || !is(all[n]) {
			return false
		}
		found = all[n]
		return true
	})
	return found
}

// bakes waits until the canary's release n bakes at a weight.
func (s *stage) bakes(canary string, n int, weightPct float64) releaseItem {
	s.t.Helper()
	return s.reaches(canary, n, fmt.Sprintf("baking at %v", weightPct), func(r releaseItem) bool {
		return r.Phase == "baking" && r.Weight == weightPct
	})
}

// settles waits until the canary's release n has settled.
func (s *stage) settles(canary string, n int) releaseItem {
	s.t.Helper()
	return s.reaches(canary, n, "settled", func(r releaseItem) bool { return r.SettledAt != "" })
}

// story is every release's history, for a test that failed.
func (s *stage) story() string {
	var b strings.Builder
	for _, r := range s.releases(s.name) {
		fmt.Fprintf(&b, "%s %s step %d weight %v rev %d attention %q settled %q\n", r.Release, r.Phase, r.Step, r.Weight, r.Rev, r.Attention, r.SettledAt)
		for _, e := range s.history(r.Release) {
			fmt.Fprintf(&b, "  %d %s → %s %s: %s\n", e.Seq, e.From, e.To, e.Code, e.Text)
		}
	}
	return b.String()
}
