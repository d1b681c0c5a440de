package statemachine

import "slices"

// Clone is a release that shares nothing with r that could be changed.
func (r Release) Clone() Release {
	r = r.draft()
	r.Plan = r.Plan.clone()
	for i := range r.Targets {
		t := &r.Targets[i]
		t.Restore, t.Adopted, t.Want, t.Seen = copied(t.Restore), copied(t.Adopted), copied(t.Want), copied(t.Seen)
	}
	for i := range r.Pending {
		o := &r.Pending[i]
		if o.Fault = copied(o.Fault); o.Fault != nil {
			o.Fault.Seen = copied(o.Fault.Seen)
		}
		o.Want, o.From = copied(o.Want), copied(o.From)
	}
	if r.Deployment != nil {
		r.Deployment.WeightPct = copied(r.Deployment.WeightPct)
	}
	if r.Revert = copied(r.Revert); r.Revert != nil {
		r.Revert.To, r.Revert.Expect = slices.Clone(r.Revert.To), slices.Clone(r.Revert.Expect)
	}
	r.FixForward = slices.Clone(r.FixForward)
	r.Held, r.Failure, r.Wish = copied(r.Held), copied(r.Failure), copied(r.Wish)
	return r
}

// draft copies what an effect may change in place, and no more.
func (r Release) draft() Release {
	r.Targets, r.Alarms, r.Pending = slices.Clone(r.Targets), slices.Clone(r.Alarms), slices.Clone(r.Pending)
	r.Gate, r.Check, r.Deployment, r.Stuck = copied(r.Gate), copied(r.Check), copied(r.Deployment), copied(r.Stuck)
	return r
}

func (p Plan) clone() Plan {
	p.Targets, p.Steps, p.Alarms = slices.Clone(p.Targets), slices.Clone(p.Steps), slices.Clone(p.Alarms)
	for i := range p.Targets {
		p.Targets[i].Config = slices.Clone(p.Targets[i].Config)
	}
	for i := range p.Steps {
		s := &p.Steps[i]
		if s.Approval = copied(s.Approval); s.Check != nil {
			s.Check = copied(s.Check)
			s.Check.Config = slices.Clone(s.Check.Config)
		}
	}
	if p.Deployment = copied(p.Deployment); p.Deployment != nil {
		p.Deployment.Config = slices.Clone(p.Deployment.Config)
	}
	p.PipelineRollback = copied(p.PipelineRollback)
	return p
}

func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	value := *p
	return &value
}
