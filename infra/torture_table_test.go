package infra_test

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// tortureItem is any item of the table, as far as the judge reads it.
type tortureItem struct {
	PK string `dynamodbav:"pk"`
	SK string `dynamodbav:"sk"`
	// Of a release.
	Release    string `dynamodbav:"release"`
	Canary     string `dynamodbav:"canary"`
	Phase      string `dynamodbav:"phase"`
	Attention  string `dynamodbav:"attention"`
	Execution  string `dynamodbav:"execution"`
	Deployment string `dynamodbav:"deployment"`
	StartedAt  string `dynamodbav:"started_at"`
	SettledAt  string `dynamodbav:"settled_at"`
	WakeAt     string `dynamodbav:"wake_at"`
	// Of a line of its history.
	At   string `dynamodbav:"at"`
	To   string `dynamodbav:"to"`
	Step int    `dynamodbav:"step"`
	// Of both.
	Code   string `dynamodbav:"reason_code"`
	Reason string `dynamodbav:"reason"`
	// Of a slot.
	Active string `dynamodbav:"active"`
	Next   string `dynamodbav:"next"`
}

// scan reads the whole table.
func (x *torment) scan() []tortureItem {
	x.t.Helper()
	var all []tortureItem
	pages := dynamodb.NewScanPaginator(dynamodb.NewFromConfig(x.Config("judge")), &dynamodb.ScanInput{
		TableName: aws.String(x.settings["SERIN_TABLE"]), ConsistentRead: aws.Bool(true),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(x.t.Context())
		if err != nil {
			x.t.Fatalf("read the table: %v", err)
		}
		var some []tortureItem
		if err := attributevalue.UnmarshalListOfMaps(page.Items, &some); err != nil {
			x.t.Fatal(err)
		}
		all = append(all, some...)
	}
	return all
}

// readPhases reads from the index where the releases stand that the driver waits for; of one that moves on meanwhile the
// later phase counts. While the table is away it knows what it knew.
func (x *torment) readPhases() {
	type at struct{ canary, phase string }
	found := map[string]at{}
	last := []string{"promoted", "rolled_back", "refused", "superseded"}
	for _, phase := range append([]string{"preflight", "shifting", "gated"}, last...) {
		some, err := x.inPhase(x.t.Context(), phase)
		if err != nil {
			return
		}
		for _, item := range some {
			found[item.Release] = at{item.Canary, phase}
		}
	}
	x.phases, x.ended = map[string]map[string]bool{}, map[string]int{}
	for _, r := range found {
		if x.phases[r.canary] == nil {
			x.phases[r.canary] = map[string]bool{}
		}
		x.phases[r.canary][r.phase] = true
		if slices.Contains(last, r.phase) {
			x.ended[r.canary]++
		}
	}
}

// inPhase are the releases in a phase.
func (x *torment) inPhase(ctx context.Context, phase string) ([]tortureItem, error) {
	var all []tortureItem
	pages := dynamodb.NewQueryPaginator(dynamodb.NewFromConfig(x.Config("driver")), &dynamodb.QueryInput{
		TableName: aws.String(x.settings["SERIN_TABLE"]), IndexName: aws.String("by-phase"), KeyConditionExpression: aws.String("phase = :phase"),
		ProjectionExpression: aws.String("canary, #release"), ExpressionAttributeNames: map[string]string{"#release": "release"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":phase": &types.AttributeValueMemberS{Value: phase}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		var some []tortureItem
		if err := attributevalue.UnmarshalListOfMaps(page.Items, &some); err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// started counts a canary's releases, and unsettled those that have not settled; -1 while the table does not say.
func (x *torment) started(canary string) int { return x.counted(canary, nil) }

func (x *torment) unsettled(canary string) int {
	return x.counted(canary, aws.String("attribute_not_exists(settled_at)"))
}

func (x *torment) counted(canary string, filter *string) int {
	out, err := dynamodb.NewFromConfig(x.Config("driver")).Query(x.t.Context(), &dynamodb.QueryInput{
		TableName: aws.String(x.settings["SERIN_TABLE"]), ConsistentRead: aws.Bool(true), Select: types.SelectCount, FilterExpression: filter,
		KeyConditionExpression: aws.String("pk = :pk and begins_with(sk, :sk)"), ExpressionAttributeValues: map[string]types.AttributeValue{
			":pk": &types.AttributeValueMemberS{Value: "CANARY#" + canary}, ":sk": &types.AttributeValueMemberS{Value: "RELEASE#"},
		},
	})
	if err != nil {
		return -1
	}
	return int(out.Count)
}

// tortureTable is the table as the judge asks for it.
type tortureTable struct {
	releases []tortureItem            // oldest first within a canary
	entries  map[string][]tortureItem // by release, in order
	slots    []tortureItem
	outcomes map[string]bool // commands that have one
}

func sortTable(items []tortureItem) tortureTable {
	t := tortureTable{entries: map[string][]tortureItem{}, outcomes: map[string]bool{}}
	slices.SortFunc(items, func(a, b tortureItem) int { return strings.Compare(a.PK+" "+a.SK, b.PK+" "+b.SK) })
	for _, i := range items {
		release, history := strings.CutPrefix(i.PK, "RELEASE#")
		switch {
		case history:
			t.entries[release] = append(t.entries[release], i)
		case strings.HasPrefix(i.SK, "RELEASE#"):
			t.releases = append(t.releases, i)
		case i.SK == "ACTIVE":
			t.slots = append(t.slots, i)
		case i.PK == "COMMAND":
			t.outcomes[i.SK] = true
		}
	}
	return t
}
