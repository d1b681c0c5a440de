package dynamostore_test

import (
	"testing"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/dynamostore"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/worker"
)

func TestStore_keepsTheContracts(t *testing.T) {
	for _, engine := range awstest.DynamoDBEngines(t) {
		t.Run(engine.Name, func(t *testing.T) {
			t.Parallel()
			porttest.Store(t, func(t *testing.T) func() worker.Catalog {
				t.Helper()
				db := newTable(t, engine)
				return func() worker.Catalog { return dynamostore.New(db.client, db.table) }
			})
		})
	}
}
