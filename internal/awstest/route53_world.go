package awstest

import (
	"fmt"
	"net/http"
)

// The methods of this file are the test's side of Route 53. They panic on a zone the test never made, and on a record
// AWS would refuse.

// CreateZone makes a hosted zone for a domain, without records, and returns its id.
func (r *Route53) CreateZone(name string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	z := &hostedZone{id: fmt.Sprintf("Z%013d", len(r.zones)+1), name: dotted(name)}
	r.zones = append(r.zones, z)
	return z.id
}

// CreateHealthCheck makes a health check that records may name.
func (r *Route53) CreateHealthCheck(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.checks[id] = true
}

// PutRecord gives a zone a record before the run.
func (r *Route53) PutRecord(zone string, s RecordSet) { r.put(SetupActor, "UPSERT", zone, s) }

// SetRecord is a foreign writer: it replaces a record.
func (r *Route53) SetRecord(zone string, s RecordSet) { r.put(ForeignActor, "UPSERT", zone, s) }

// DeleteRecord is a foreign writer: it takes a record away.
func (r *Route53) DeleteRecord(zone string, s RecordSet) { r.put(ForeignActor, "DELETE", zone, s) }

func (r *Route53) put(actor, action, zone string, s RecordSet) {
	r.mu.Lock()
	defer r.mu.Unlock()
	z := r.mustZone(zone)
	s.Name = dotted(s.Name)
	after, refused := r.changed(z, []recordChange{{Action: action, ResourceRecordSet: s}})
	if refused != nil {
		panic("awstest: " + refused.code + ": " + refused.message)
	}
	z.records = after
	r.enter(actor, z, s)
}

// Records are the records of a name and type, by set identifier.
func (r *Route53) Records(zone, name, kind string) []RecordSet {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.mustZone(zone).of(dotted(name), kind)
}

// Weights are the weights of a name and type, by set identifier.
func (r *Route53) Weights(zone, name, kind string) map[string]int64 {
	weights := map[string]int64{}
	for _, s := range r.Records(zone, name, kind) {
		if s.Weight != nil {
			weights[s.SetIdentifier] = *s.Weight
		}
	}
	return weights
}

// InSyncAfter makes changes made from now on PENDING for so many looks at them; 1 at first.
func (r *Route53) InSyncAfter(looks int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.syncReads = looks
}

// HoldChanges keeps every change as it is, PENDING or INSYNC, however often it is looked at.
func (r *Route53) HoldChanges(hold bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.heldInSync = hold
}

// Refuse makes the next call of an operation answer a documented error that nothing in this small world brings about:
// PriorRequestNotComplete, Throttling. Several wait in line.
func (r *Route53) Refuse(operation, code string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refusals[operation] = append(r.refusals[operation], refuse(http.StatusBadRequest, code, "as ordered by the test"))
}

func (r *Route53) mustZone(id string) *hostedZone {
	z, refused := r.zone(id)
	if refused != nil {
		panic("awstest: " + refused.message)
	}
	return z
}
