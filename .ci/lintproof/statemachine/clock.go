// Package statemachine breaks the rules of the core, once each.
package statemachine

import (
	_ "context"      // want depguard
	_ "log/slog"     // want depguard
	_ "math/rand/v2" // want depguard
	_ "net/http"     // want depguard
	_ "os"           // want depguard
	_ "sync"         // want depguard
	"time"

	_ "github.com/serinhq/serin/internal/leaf" // want depguard
	_ "go.uber.org/zap"                        // want depguard
)

// Clock reads clocks in every spelling.
func Clock(since time.Time) {
	_ = time.Now()        // want forbidigo
	_ = time.Since(since) // want forbidigo
	_ = time.Until(since) // want forbidigo
	<-time.After(1)       // want forbidigo
	_ = time.NewTimer(1)  // want forbidigo
	_ = time.NewTicker(1) // want forbidigo
}
