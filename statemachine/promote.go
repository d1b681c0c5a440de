package statemachine

import "fmt"

// startPromote begins the final form.
func (t *turn) startPromote() {
	t.next.clearWaits()
	t.promoteOn()
}

// promoteOn orders the first target that has not its final form yet. Where all
// have it, one more look says so and the gate is answered.
func (t *turn) promoteOn() {
	t.confirmOnly()
	i := t.next.toPromote()
	if i < 0 {
		t.next.LookAt = t.now
		t.say(t.code, t.next.names()+" has its final form already")
		return
	}
	want := t.next.finalSplit(i)
	t.move(Promote, i, want, t.next.Targets[i].expected())
	t.say(t.code, fmt.Sprintf("promoting %s to %s", t.next.Targets[i].Name, want))
}
