package statemachine

// on says which input a row takes.
type on int

const (
	onAny on = iota + 1
	onTime
	onLook
	onAlarm
	onCommand
	onDone
	onFailed
)

func (o on) is(in Input) bool {
	switch in.(type) {
	case Wake:
		return o == onAny || o == onTime
	case Look:
		return o == onAny || o == onLook || o == onTime
	case AlarmEvent:
		return o == onAny || o == onAlarm
	case Command:
		return o == onAny || o == onCommand
	case OrderDone:
		return o == onAny || o == onDone
	case OrderFailed:
		return o == onAny || o == onFailed
	}
	return false
}

// row is one transition: in its phase, when an input arrives and the guard
// holds, the release goes to another phase (0: stays), for the reason code. The
// first row that holds is taken, so their order matters: what ends a release
// stands before what carries it on.
type row struct {
	on   on
	why  string // the guard, for people and the diagram
	when func(*turn) bool
	to   Phase
	code Code
	do   func(*turn)
}

// table is what can happen in each phase.
type table map[Phase][]row

// The two tables, built once and never written.
var (
	targetTable  = newTargetTable()  //nolint:gochecknoglobals // a constant table; Go has no constant of this type
	guardedTable = newGuardedTable() //nolint:gochecknoglobals // a constant table; Go has no constant of this type
)

func tableOf(r Release) table {
	if r.Plan.Guarded() {
		return guardedTable
	}
	return targetTable
}

// newTargetTable is the protocol for releases whose targets Serin moves itself.
func newTargetTable() table {
	return table{
		Queued: {
			{onCommand, "rollback", asked(VerbRollback), Refused, CodeRollbackAsked, (*turn).refuseAsked},
			{onLook, "gate closed", (*turn).gateClosed, Refused, CodeGateRejected, (*turn).refuseFailure},
		},
		Preflight:   preflightRows(),
		Shifting:    shiftingRows(),
		Baking:      bakingRows(),
		Gated:       gatedRows(),
		Promoting:   promotingRows(),
		RollingBack: rollingBackRows(),
		Promoted:    settleRows(),
		RolledBack:  append(stageRows(), settleRows()...),
		Refused:     closedRows(),
		Superseded:  closedRows(),
	}
}
