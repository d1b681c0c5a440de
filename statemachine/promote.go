package statemachine

import "fmt"

// startPromote begins the final form.
func (t *turn) startPromote() {
	t.next.clearWaits()
	t.promoteOn()
}

func (t *turn) promoteOn() {
	t.confirmOnly()
	i := t.next.toPromote()
	if i < 0 {
		t.finalForm()
		return
	}
	want := t.next.finalSplit(i)
	t.move(Promote, i, want, t.next.Targets[i].Want)
	t.say(t.code, fmt.Sprintf("promoting %s to %s", t.next.Targets[i].Name, want))
}

// finalForm: nothing is left to promote. Reached without an outcome only when a
// plan's last weight was the final form already.
func (t *turn) finalForm() {
	if t.gateWaits() {
		t.answerApproved()
		return
	}
	t.finishPromoted()
	t.next.Phase = Promoted
}
