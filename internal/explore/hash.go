package explore

import "slices"

// hash is the state's identity. Workers are interchangeable, and so are flights
// and messages among themselves.
func (w *world) hash() uint64 {
	present, floor := millis(w.clock), millis(w.clock)
	busy := false
	for _, p := range w.workers {
		if p.busy() {
			busy = true
			floor = min(floor, millis(p.node.begun))
		}
	}
	h := uint64(fnvOffset)
	for _, r := range w.table.releases {
		h = mix(h, r.hash(present, floor, busy))
	}
	h = mix(h, w.table.hash())
	for _, t := range w.targets {
		h = mix(h, t.hash(w.clock))
	}
	for _, g := range w.gates {
		h = mix(h, digestOf(g.open, g.status, g.ours, g.stopped, g.waiting).fixed)
	}
	h = mix(h, uint64(w.alarm.n)<<8|uint64(w.alarm.rose)<<2|bit(w.alarm.dark)<<1|bit(w.alarm.firing))
	h = mix(h, w.guarded.hash(w.clock)<<1|bit(w.down))
	h = mix(mixString(h, canonical(w.check.key)), uint64(w.check.is))
	h = mix(h, w.hashLoose())
	h = mix(h, w.left.hash())
	h = mix(h, w.ghost.hash())
	return mix(h, w.hashWorkers())
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// hash of a record: its wake_at is a name as long as anybody may hold it.
func (r *record) hash(present, floor int64, busy bool) uint64 {
	d := r.digest
	if !busy {
		d.times = append(slices.Clip(d.times), d.exact...)
		d.exact = nil
	}
	return mix(d.from(present, floor), uint64(r.after))
}

func (t *table) hash() uint64 {
	if t.slotHash == 0 {
		t.slotHash = digestOf(t.slots, t.held).fixed
	}
	h := t.slotHash
	for _, s := range t.triggers {
		h = mixString(h, s)
	}
	for _, o := range t.outcomes {
		h = mix(mixString(h, o.Command), bit(o.Done))
	}
	return h
}

func (t target) hash(clock int) uint64 {
	h := mix(splitHash(t.shows.Stable, t.shows.Canary, t.shows.WeightPct), uint64(t.token))
	if t.rolling {
		h = mix(h, uint64(t.until-clock+1))
	}
	if t.holds {
		h = mix(splitHash(t.before.Stable, t.before.Canary, t.before.WeightPct), mix(h, uint64(t.beforeToken)))
	}
	return h
}

func splitHash(stable, canary string, weight float64) uint64 {
	return mix(mixString(mixString(fnvOffset, stable), canary), uint64(weight*100))
}

// hashLoose is of what has no order.
func (w *world) hashLoose() uint64 {
	sum := uint64(0)
	for _, f := range w.flights {
		h := splitHash(f.want.Stable, f.want.Canary, f.want.WeightPct)
		h = mix(mix(h, uint64(f.target+5)), uint64(f.gate)<<1|bit(f.approve))
		h = mix(h, uint64(f.past)<<1|bit(f.stop))
		if f.save != nil {
			h = mix(h, digestOf(f.save.Saves, f.save.Slot, f.save.TargetSlots, f.save.Trigger, f.save.Outcome).from(millis(w.clock), 0))
			h = mix(h, f.node.rel)
		}
		sum += mix(mixString(mix(h, uint64(f.have)), f.want.Mark), uint64(f.until-w.clock))
	}
	for _, m := range w.queue {
		h := mix(uint64(m.event)+77, uint64(m.verb))
		sum += mix(mix(h, uint64(m.rev)), uint64(m.stamp))
	}
	return sum
}

func (w *world) hashWorkers() uint64 {
	hashes := make([]uint64, 0, len(w.workers))
	for i, p := range w.workers {
		h := uint64(0)
		if p.node != nil {
			h = mix(p.node.rel, uint64(w.clock-p.node.clock)<<2|bit(p.idle)<<1|bit(p.rests > w.clock))
		}
		if p.busy() {
			for _, r := range w.table.releases {
				if r.op.by(i, p.delivery) {
					h = mix(h, uint64(r.op.n)+1)
				}
			}
			for _, f := range w.flights {
				if f.save != nil && opOf(f.save.OpID).by(i, p.delivery) {
					h = mix(h, uint64(opOf(f.save.OpID).n)+1001)
				}
			}
		}
		hashes = append(hashes, h)
	}
	slices.Sort(hashes)
	h := uint64(fnvOffset)
	for _, v := range hashes {
		h = mix(h, v)
	}
	return h
}

func (g *ghost) hash() uint64 {
	h := bit(g.skips)<<1 | bit(g.person)
	for _, t := range g.top {
		h = mix(h, uint64(t))
	}
	for _, f := range g.foreign {
		h = mix(h, bit(f))
	}
	for _, n := range g.heard {
		h = mix(h, uint64(n)+100)
	}
	return h
}
