// Package worker breaks the rules of the loop.
package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	_ "github.com/aws/aws-sdk-go-v2/aws"        // want depguard
	_ "github.com/serinhq/serin/internal/local" // want depguard
	_ "github.com/serinhq/serin/statemachine"   // allowed
	"go.uber.org/zap"
)

// ErrConflict is a sentinel, which is allowed.
var ErrConflict = errors.New("conflict")

var attempts = map[string]int{} // want gochecknoglobals

func init() { // want gochecknoinits
	attempts["x"]++
}

// Loop does what no loop may /* want godot */
func Loop(log *zap.Logger) error {
	time.Sleep(time.Second)           // want forbidigo
	log.Sugar().Infof("untyped")      // want forbidigo
	zap.L().Info("global")            // want forbidigo
	fmt.Println("to whoever listens") // want forbidigo
	save(context.TODO())              // want forbidigo errcheck
	if err := save(context.Background()); err != nil {
		return nil // want nilerr
	}
	err := save(context.Background())
	if err == ErrConflict { // want errorlint
		return fmt.Errorf("save: %v", err) // want errorlint
	}
	return nil /* want nolintlint */ //nolint:nilerr
}

func save(ctx context.Context) error { return ctx.Err() }
