package awstest

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// recordChange is one change of a batch.
type recordChange struct {
	Action            string
	ResourceRecordSet RecordSet
}

// changeInfo is a change as it is told.
type changeInfo struct {
	ID          string `xml:"Id"`
	Status      string
	SubmittedAt string
}

// changeRecords applies a batch whole or not at all. A DELETE needs every value as it is, and a CREATE needs that there
// is none: both in one batch are the fence (AWS note 3.11).
func (r *Route53) changeRecords(id string, c Call) (any, *refusal) {
	z, refused := r.zone(id)
	if refused != nil {
		return nil, refused
	}
	var in struct {
		Changes []recordChange `xml:"ChangeBatch>Changes>Change"`
	}
	if err := xml.Unmarshal(c.Body, &in); err != nil {
		return nil, route53Invalid("Could not parse the request: " + err.Error())
	}
	if len(in.Changes) == 0 || len(in.Changes) > 1000 {
		return nil, route53Invalid("A batch must have 1 to 1000 changes")
	}
	after, refused := r.changed(z, in.Changes)
	if refused != nil {
		return nil, refused
	}
	z.records = after
	for _, s := range in.Changes {
		r.enter(c.Actor, z, s.ResourceRecordSet)
	}
	return struct {
		XMLName xml.Name   `xml:"https://route53.amazonaws.com/doc/2013-04-01/ ChangeResourceRecordSetsResponse"`
		Info    changeInfo `xml:"ChangeInfo"`
	}{Info: r.newChange().info()}, nil
}

// changed is what a batch makes of a zone, or everything that is wrong with it.
func (r *Route53) changed(z *hostedZone, changes []recordChange) ([]RecordSet, *refusal) {
	records := slices.Clone(z.records)
	var wrong []string
	for i := range changes {
		s := &changes[i].ResourceRecordSet
		s.Name = dotted(s.Name)
		if message := r.invalid(z, *s); message != "" {
			wrong = append(wrong, message)
			continue
		}
		at := slices.IndexFunc(records, s.is)
		switch changes[i].Action {
		case "CREATE":
			if at >= 0 {
				wrong = append(wrong, "Tried to create resource record set "+s.label()+" but it already exists")
				continue
			}
			records = append(records, s.clone())
		case "UPSERT":
			if at >= 0 {
				records = slices.Delete(records, at, at+1)
			}
			records = append(records, s.clone())
		case "DELETE":
			switch {
			case at < 0:
				wrong = append(wrong, "Tried to delete resource record set "+s.label()+" but it was not found")
			case !records[at].same(*s):
				wrong = append(wrong, "Tried to delete resource record set "+s.label()+" but the values provided do not match the current values")
			default:
				records = slices.Delete(records, at, at+1)
			}
		default:
			return nil, route53Invalid("Unknown change action " + changes[i].Action)
		}
	}
	wrong = append(wrong, mixed(records)...)
	if len(wrong) > 0 {
		return nil, refuse(http.StatusBadRequest, "InvalidChangeBatch", strings.Join(wrong, "\n"))
	}
	slices.SortFunc(records, compareRecords)
	return records, nil
}

// invalid is what is wrong with a record by itself; weights are 0–255 and have a set identifier (AWS note 3.11).
func (r *Route53) invalid(z *hostedZone, s RecordSet) string {
	switch {
	case s.Name != z.name && !strings.HasSuffix(s.Name, "."+z.name):
		return fmt.Sprintf("RRSet with DNS name %s is not permitted in zone %s", s.Name, z.name)
	case s.Type == "":
		return "A record set must have a type: " + s.label()
	case s.Weight != nil && (*s.Weight < 0 || *s.Weight > 255):
		return "The weight must be between 0 and 255: " + s.label()
	case (s.Weight != nil || s.Region != "" || s.Failover != "") != (s.SetIdentifier != "") && s.MultiValueAnswer == nil:
		return "A set identifier goes with a routing policy, and only with one: " + s.label()
	case (s.Alias == nil) == (s.Records == nil || len(s.Records.Values) == 0):
		return "A record set must have either values or an alias target: " + s.label()
	case (s.Alias == nil) == (s.TTL == nil):
		return "A record set with values must have a TTL, an alias must not: " + s.label()
	case s.HealthCheckID != "" && !r.checks[s.HealthCheckID]:
		return "No health check found with ID: " + s.HealthCheckID
	}
	return ""
}

// mixed names the records whose name and type have both a weighted and another record.
func mixed(records []RecordSet) []string {
	var wrong []string
	for i, a := range records {
		for _, b := range records[i+1:] {
			if a.Name == b.Name && a.Type == b.Type && (a.Weight == nil) != (b.Weight == nil) {
				wrong = append(wrong, "RRSet with DNS name "+a.Name+", type "+a.Type+" cannot be created because a non multivalue answer rrset exists with the same name and type.")
			}
		}
	}
	return wrong
}

// enter notes what a change left of a name and type.
func (r *Route53) enter(actor string, z *hostedZone, of RecordSet) {
	r.ledger.Append(actor, "record-set", "arn:aws:route53:::hostedzone/"+z.id,
		RecordSetState{Zone: z.id, Name: of.Name, Type: of.Type, Records: z.of(of.Name, of.Type)})
}

func (z *hostedZone) of(name, kind string) []RecordSet {
	var out []RecordSet
	for _, s := range z.records {
		if s.Name == name && s.Type == kind {
			out = append(out, s.clone())
		}
	}
	return out
}

// newChange is PENDING, until so many looks at it are over (AWS note 3.11: usually within sixty seconds).
func (r *Route53) newChange() *zoneChange {
	r.made++
	change := &zoneChange{id: fmt.Sprintf("C%013d", r.made), at: r.clock(), pending: r.syncReads}
	r.changes[change.id] = change
	return change
}

func (c *zoneChange) info() changeInfo {
	status := "PENDING"
	if c.pending <= 0 {
		status = "INSYNC"
	}
	return changeInfo{ID: "/change/" + c.id, Status: status, SubmittedAt: c.at.UTC().Format(time.RFC3339)}
}

func (r *Route53) getChange(id string, _ Call) (any, *refusal) {
	change := r.changes[id]
	if change == nil {
		return nil, refuse(http.StatusNotFound, "NoSuchChange", "A change with ID "+id+" does not exist")
	}
	info := change.info()
	if !r.heldInSync {
		change.pending--
	}
	return struct {
		XMLName xml.Name   `xml:"https://route53.amazonaws.com/doc/2013-04-01/ GetChangeResponse"`
		Info    changeInfo `xml:"ChangeInfo"`
	}{Info: info}, nil
}
