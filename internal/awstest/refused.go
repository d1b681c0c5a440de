package awstest

import (
	"slices"
	"time"
)

// Refused is an answer that came when the opposite had been accepted. It changed nothing, and so it is no Change; but who
// gives it contradicts somebody, perhaps itself. An answer that is only repeated is none.
type Refused struct {
	At    time.Time
	Actor string
	// Of is what was answered: a pipeline's execution or a deployment, as ApprovalState, DeploymentState and
	// ECSDeploymentState name it.
	Of string
	// Asked is the answer that was refused, Accepted the one that stands: "Approved" and "Rejected", "continue" and "stop".
	Asked, Accepted string
	// By gave the one that stands.
	By string
}

// Refuse records an answer of actor that was refused for what accepted says. Nothing accepted contradicts nothing.
func (l *Ledger) Refuse(actor, of, asked string, accepted accepted) {
	if accepted.answer == "" || accepted.answer == asked {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused = append(l.refused, Refused{l.clock(), actor, of, asked, accepted.answer, accepted.actor})
}

// Refused returns a copy of the contradicting answers so far.
func (l *Ledger) Refused() []Refused {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.refused)
}

// What a deployment is asked.
const (
	askContinue = "continue"
	askStop     = "stop"
)

// accepted is the answer that stands, and who gave it; the zero value stands for none.
type accepted struct{ answer, actor string }
