// Package leaf imports nothing of ours, so that everybody can wrongly import it; and it is careless.
package leaf

import (
	"context"
	"math/rand"
	"os"
)

type Bare struct{} // want revive

func unreached() {} // want unused

// Write is careless in six ways.
func Write(_ context.Context, n int) (int, error) {
	m := 1                         // want ineffassign
	m, err := half(n + rand.Int()) // want gosec
	for i := 0; i < 3; i++ {       // want modernize
		m += i
	}
	if err != nil {
		return 0, os.Chmod("x", 0o777) // want gosec
	}
	detached() // want contextcheck
	return m, nil
}

func half(n int) (int, error) { // want unparam
	for n > 100 {
		n /= 3
	}
	return n / 2, nil
}

func detached() { wait(context.Background()) }

func wait(ctx context.Context) { <-ctx.Done() }
