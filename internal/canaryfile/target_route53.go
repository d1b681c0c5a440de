package canaryfile

import (
	"strings"

	"github.com/serinhq/serin/statemachine"
)

// route53Block is two weighted records of one name that swap roles.
type route53Block struct {
	Zone    zoneID     `json:"zone" jsonschema_description:"The hosted zone's id."`
	Name    domainName `json:"name" jsonschema_description:"The records' name."`
	Type    recordType `json:"type,omitempty" jsonschema_description:"The records' type. Default A."`
	Sets    []setID    `json:"sets" jsonschema:"minItems=2,maxItems=2" jsonschema_description:"The set identifiers of the two weighted records that swap roles."`
	Version version    `json:"version,omitempty" jsonschema_description:"A label for what is released: a commit, or the output variable of an action. With a manual trigger it may be left to serin start --version."`
}

const usualRecord recordType = "A"

func (b *route53Block) check(d *decoder, path string) {
	sets := join(path, "sets")
	switch {
	case !d.has(sets) || d.brokenUnder(sets):
	case len(b.Sets) != 2:
		d.fail(sets, "sets must be the set identifiers of two records, got %d", len(b.Sets))
	case b.Sets[0] == b.Sets[1]:
		d.fail(sets+"[1]", "sets must be two different records, got the same one twice")
	}
}

func (b *route53Block) target() statemachine.TargetSpec {
	kind := orDefault(b.Type, usualRecord)
	name := strings.ToLower(strings.TrimSuffix(string(b.Name), "."))
	config := struct {
		Zone zoneID     `json:"zone"`
		Name domainName `json:"name"`
		Type recordType `json:"type"`
		Sets []setID    `json:"sets"`
	}{b.Zone, b.Name, kind, b.Sets}
	short := name
	if kind != usualRecord {
		short += " " + string(kind)
	}
	return statemachine.TargetSpec{
		ID: string(b.Zone) + "/" + name + "/" + string(kind), Name: short, Version: string(b.Version), Config: configJSON(config),
	}
}

// zoneID names a hosted zone.
type zoneID string

func (zoneID) rule() rule {
	return rule{pattern: `^Z[A-Z0-9]{1,31}$`, expects: "a hosted zone's id (Z…)"}
}

// domainName is the name of records.
type domainName string

func (domainName) rule() rule {
	return rule{
		pattern: `^(\*\.)?([A-Za-z0-9_-]{1,63}\.)+[A-Za-z0-9-]{1,63}\.?$`,
		expects: "a domain name, such as api.example.com",
	}
}

// recordType is the type of records.
type recordType string

func (recordType) rule() rule {
	return rule{pattern: `^(A|AAAA|CNAME)$`, expects: "A, AAAA or CNAME"}
}

// setID tells the records of one name and type apart (API ResourceRecordSetIdentifier).
type setID string

func (setID) rule() rule {
	return rule{pattern: `^[^\x00-\x1f\x7f]{1,128}$`, expects: "a record's set identifier"}
}
