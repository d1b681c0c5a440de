package local_test

import (
	"testing"

	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/worker"
)

func TestStore_keepsTheContracts(t *testing.T) {
	porttest.Store(t, func(t *testing.T) func() worker.Catalog {
		t.Helper()
		_, client, _ := open(t)
		return client.Store
	})
}
