// Command serin drives canary releases on AWS. What it can do is in
// internal/cli; here are only its signals and its exit code.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/serinhq/serin/internal/cli"
)

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// The first signal asks for a clean end; a second one ends the process at once.
	context.AfterFunc(ctx, stop)
	return cli.Main(ctx, os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Env: os.Getenv})
}
