package statemachine_test

import (
	"testing"

	"github.com/serinhq/serin/statemachine"
	_ "github.com/serinhq/serin/worker" // want depguard
)

func check(t *testing.T, p statemachine.Phase) { // want thelper
	if !statemachine.Known(p) {
		t.Error("unknown")
	}
}

func TestKnown(t *testing.T) { check(t, statemachine.Queued) }
