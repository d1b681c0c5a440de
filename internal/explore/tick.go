package explore

// patience is for how long a wake may be overdue while a worker is idle.
const patience = 2

// mayTick: there is something to wait for, and nothing that must happen first.
func (m *model) mayTick(w *world) bool {
	if w.clock >= m.s.Horizon {
		return false
	}
	for _, f := range w.flights {
		if f.until <= w.clock {
			return false
		}
	}
	for _, t := range w.targets {
		if t.rolling && t.until <= w.clock {
			return false
		}
	}
	idle, waits := false, len(w.flights) > 0
	for _, p := range w.workers {
		idle = idle || !p.busy()
		waits = waits || p.busy() && w.clock-p.node.clock < leaseTicks+2
	}
	if w.stalled() > int(w.left.Stall) {
		return false
	}
	for _, rec := range w.table.releases {
		r := rec.Release
		if !r.Running() {
			continue
		}
		if idle && !w.down && !at(w.clock-patience).Before(r.WakeAt) {
			return false
		}
		due := r.WakeAt.Sub(at(w.clock))
		waits = waits || (due > 0 || idle) && due < far
	}
	return waits
}

// stalled counts the workers that a tick now would pass over for the first time at
// their call.
func (w *world) stalled() int {
	n := 0
	for _, p := range w.workers {
		if p.busy() && p.node.clock == w.clock {
			n++
		}
	}
	return n
}

const leaseTicks = int(lease / tick)
