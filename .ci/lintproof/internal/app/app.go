// Package app imports upwards.
package app

import (
	_ "github.com/serinhq/serin/internal/awstest"  // want depguard
	_ "github.com/serinhq/serin/internal/eventbus" // allowed
	_ "github.com/serinhq/serin/internal/porttest" // want depguard
)
