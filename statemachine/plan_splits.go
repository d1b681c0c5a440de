package statemachine

// stepSplit is what target i shows in a step: its weight, or the target's
// ceiling where that is lower. 100 shows 100, or the final form.
func (r Release) stepSplit(i, step int) Split {
	weight := r.Plan.Steps[step-1].WeightPct
	if ceiling := r.Plan.Targets[i].Traits.CeilingPct; ceiling > 0 && weight < 100 {
		weight = min(weight, ceiling)
	}
	target := r.Targets[i]
	if weight == 100 && r.Plan.Targets[i].Traits.FinalAt100 {
		return Split{Stable: target.Canary, Form: target.Restore.Form}
	}
	stable, _ := target.Restore.One()
	return Split{Stable: stable, Canary: target.Canary, WeightPct: weight, Form: target.Restore.Form}
}

// finalSplit is target i with all traffic on the new version. Where roles swap
// and both sides were attached, both stay.
func (r Release) finalSplit(i int) Split {
	target := r.Targets[i]
	if r.Revert != nil {
		to := r.Revert.To[i]
		to.Form = target.Restore.Form // of what it shows now, not of what it showed then
		return to
	}
	final := Split{Stable: target.Canary, Form: target.Restore.Form}
	if r.Plan.Targets[i].Traits.SwapsRoles && target.Restore.Canary != "" {
		final.Canary = target.Restore.Stable
		if final.Canary == target.Canary {
			final.Canary = target.Restore.Canary
		}
	}
	return final
}

// expected is what the target should show now.
func (t Target) expected() *Split {
	if t.Adopted != nil && t.Want.Same(*t.Restore) {
		return t.Adopted
	}
	return t.Want
}

// movable: the release has something to do on target i.
func (r Release) movable(i int) bool { return !r.Targets[i].Skip && !r.Targets[i].Foreign }

// toShift is the first target that does not show the step yet, or -1.
func (r Release) toShift() int {
	if r.Step < 1 || r.Step > len(r.Plan.Steps) || r.Plan.Steps[r.Step-1].WeightPct == 0 {
		return -1
	}
	for i := range r.Targets {
		if r.movable(i) && !r.Targets[i].Want.Same(r.stepSplit(i, r.Step)) {
			return i
		}
	}
	return -1
}

// toPromote is the first target that has not its final form yet, or -1.
func (r Release) toPromote() int {
	for i := range r.Targets {
		if r.movable(i) && !r.Targets[i].Want.Same(r.finalSplit(i)) {
			return i
		}
	}
	return -1
}
