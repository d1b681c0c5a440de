package infra_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The keys are what operators query, so they are an interface.
func TestTable_hasTheKeysAndIndexesOperatorsKnow(t *testing.T) {
	table := resolve(t, nil).properties("Table")
	keys := map[string][2]string{"": keysOf(table)}
	for _, index := range table.at("GlobalSecondaryIndexes").list() {
		keys[index.at("IndexName").text()] = keysOf(index)
		if got := index.at("Projection", "ProjectionType").text(); got != "ALL" {
			t.Errorf("%s shows %s, want ALL", index.at("IndexName").text(), got)
		}
	}
	want := map[string][2]string{
		"":             {"pk", "sk"},
		"by-phase":     {"phase", "updated_at"},
		"by-wake":      {"wake_shard", "wake_at"},
		"by-attention": {"attention", "attention_since"},
	}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}

	attributes := map[string]bool{}
	for _, attribute := range table.at("AttributeDefinitions").list() {
		attributes[attribute.at("AttributeName").text()] = attribute.at("AttributeType").text() == "S"
	}
	for index, pair := range want {
		for _, key := range pair {
			if !attributes[key] {
				t.Errorf("%s of %q is no string attribute", key, index)
			}
		}
	}
	if len(attributes) != 2*len(want) {
		t.Errorf("attributes %v: DynamoDB refuses one that is no key", attributes)
	}
}

// keysOf returns hash and range key of a table or an index.
func keysOf(n node) (pair [2]string) {
	for _, key := range n.at("KeySchema").list() {
		switch key.at("KeyType").text() {
		case "HASH":
			pair[0] = key.at("AttributeName").text()
		case "RANGE":
			pair[1] = key.at("AttributeName").text()
		}
	}
	return pair
}

func TestTable_isKeptSafe(t *testing.T) {
	s := resolve(t, nil)
	for _, tc := range []struct {
		want string
		path []any
	}{
		{"Retain", []any{"DeletionPolicy"}},
		{"Retain", []any{"UpdateReplacePolicy"}},
		{"serin", []any{"Properties", "TableName"}},
		{"PAY_PER_REQUEST", []any{"Properties", "BillingMode"}},
		{"expires_at", []any{"Properties", "TimeToLiveSpecification", "AttributeName"}},
		{"true", []any{"Properties", "TimeToLiveSpecification", "Enabled"}},
		{"true", []any{"Properties", "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"}},
		{"true", []any{"Properties", "SSESpecification", "SSEEnabled"}},
	} {
		if got := s.resources.at("Table").at(tc.path...).text(); got != tc.want {
			t.Errorf("table %v is %q, want %q", tc.path, got, tc.want)
		}
	}
}
