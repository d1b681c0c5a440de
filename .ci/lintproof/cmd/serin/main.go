// Command serin goes past cli.
package main

import (
	_ "github.com/serinhq/serin/internal/cli" // allowed
	_ "github.com/serinhq/serin/worker"       // want depguard
)

func main() {}
