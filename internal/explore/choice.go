package explore

// act names what can happen next.
type act uint8

const (
	actStep act = iota + 1 // a worker's call is made and answered; arg: how
	actSettle
	actCrash
	actWake // arg: release
	actTake // arg: position in the queue
	actSweep
	actTick
	actLand   // arg: flight
	actVanish // arg: flight
	actRise
	actFall
	actLose // arg: position in the queue
	actDrift
	actForeign
	actVerb   // arg: verb
	actPerson // arg: approve 1, reject 2; its event may be taken up never
	actArrive // arg: execution
	actDown
	actUp
	actShifts  // arg: what AWS does with the deployment
	actCarried // arg: target
	actChecked // arg: how
	actDark
	actLight
)

// how a call is answered.
type how uint8

const (
	howOK how = iota
	// howLost: applied, but the answer is lost.
	howLost
	// howFail: not applied, unavailable.
	howFail
	// howLate: given up on; it may land later.
	howLate
	howDenied
	howStale
	// howCrashLate: the worker is gone, its write on the way.
	howCrashLate
)

// choice is one thing that can happen.
type choice struct {
	act    act
	worker int
	arg    int
}

// fair: what an end must be reachable with from w, for law 7. A sweep comes in
// time, but what runs must not need it: only what has no release is left to it.
func (c choice) fair(w *world) bool {
	switch c.act {
	case actSweep:
		return w.orphaned()
	case actStep:
		return how(c.arg) == howOK
	case actSettle, actWake, actTick, actLand, actVanish, actUp:
		return true
	case actShifts:
		return c.arg == awsGoesOn
	case actCarried:
		return true
	case actChecked:
		return c.arg == checkPassed
	case actCrash, actTake, actRise, actFall, actLose, actDrift, actForeign, actVerb, actPerson, actArrive, actDown, actDark, actLight:
	}
	return false
}
