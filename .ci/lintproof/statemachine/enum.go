package statemachine

// Phase is an enum with two values.
type Phase int

// The phases.
const (
	Queued Phase = iota + 1
	Baking
)

// Known forgets a phase.
func Known(p Phase) bool {
	switch p { // want exhaustive
	case Queued:
		return true
	}
	return false
}

// Input is a sealed sum.
//
//sumtype:decl
type Input interface{ input() }

// Look is an input.
type Look struct{}

// Wake is an input.
type Wake struct{}

func (Look) input() {}
func (Wake) input() {}

// Decide forgets an input.
func Decide(in Input) int {
	switch in.(type) { // want gochecksumtype
	case Look:
		return 1
	}
	return 0
}
