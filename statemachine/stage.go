package statemachine

// The pipeline's stage: rolled back after traffic is back and the gate answered,
// where the file asks for it. Nothing waits for it but settling.

// stageLeases is for how many leases a stage that is busy is tried again.
const stageLeases = 20

// rollStageBack orders it, and says so. A revert is itself a way back, so it
// asks for none.
func (t *turn) rollStageBack() string {
	plan := t.old.Plan.PipelineRollback
	if plan == nil || t.old.Gate == nil || t.old.Kind != Forward {
		return ""
	}
	t.next.Pending = []Order{t.newOrder(RollbackStage, "")}
	if !t.next.Running() {
		t.next.SettledAt, t.next.SettleAt = noTime, t.now
	}
	return "; rolling stage " + plan.Stage + " back"
}

func (t *turn) stageRolledBack() {
	in, _ := t.in.(OrderDone)
	t.drop(in.Key)
	t.say(t.code, "stage "+t.old.Plan.PipelineRollback.Stage+" goes back to its last good execution, by execution "+in.Run)
}

// stageStays: it can't be rolled back, or has been busy for too long: what holds
// it may be the next release's gate, which waits for this one.
func (t *turn) stageStays() bool {
	in, ok := t.in.(OrderFailed)
	o := t.order()
	return ok && o != nil && o.Kind == RollbackStage &&
		(in.Fault.Final() || reached(o.Since.Add(stageLeases*t.old.Lease), t.now))
}

func (t *turn) leaveStage() {
	in, _ := t.in.(OrderFailed)
	t.drop(in.Key)
	t.next.Waiting = ""
	t.say(t.code, "stage "+t.old.Plan.PipelineRollback.Stage+" is not rolled back: "+in.Fault.Error)
}
