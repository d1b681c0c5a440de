package worker_test

import (
	"context"
	"testing"
	"time"

	_ "github.com/aws/aws-sdk-go-v2/aws"        // want depguard
	_ "github.com/serinhq/serin/internal/leaf"  // want depguard
	_ "github.com/serinhq/serin/internal/local" // allowed
	_ "github.com/serinhq/serin/worker"         // allowed
)

func TestLoop(t *testing.T) {
	ctx := context.Background() // want usetesting
	time.Sleep(time.Second)     // want forbidigo
	t.Log(ctx)
}
