package awstest

import (
	"encoding/xml"
	"slices"
	"strconv"
)

// recordPage is one page of a zone's records.
type recordPage struct {
	XMLName        xml.Name    `xml:"https://route53.amazonaws.com/doc/2013-04-01/ ListResourceRecordSetsResponse"`
	Records        []RecordSet `xml:"ResourceRecordSets>ResourceRecordSet"`
	IsTruncated    bool
	MaxItems       int
	NextName       string `xml:"NextRecordName,omitempty"`
	NextType       string `xml:"NextRecordType,omitempty"`
	NextIdentifier string `xml:"NextRecordIdentifier,omitempty"`
}

// listRecords lists from the name, type and set identifier asked for on, whatever follows: a name that is not there is
// answered with what comes after it.
func (r *Route53) listRecords(id string, c Call) (any, *refusal) {
	z, refused := r.zone(id)
	if refused != nil {
		return nil, refused
	}
	query := c.Request.URL.Query()
	from := RecordSet{Name: query.Get("name"), Type: query.Get("type"), SetIdentifier: query.Get("identifier")}
	if from.Name == "" && from.Type != "" || from.Type == "" && from.SetIdentifier != "" {
		return nil, route53Invalid("A type needs a name, and an identifier a type")
	}
	out := recordPage{MaxItems: 300}
	if asked := query.Get("maxitems"); asked != "" {
		n, err := strconv.Atoi(asked)
		if err != nil || n < 1 {
			return nil, route53Invalid("maxitems must be a positive number")
		}
		out.MaxItems = min(n, 300)
	}
	at := 0
	if from.Name != "" {
		from.Name = dotted(from.Name)
		at = slices.IndexFunc(z.records, func(s RecordSet) bool { return compareRecords(s, from) >= 0 })
		if at < 0 {
			at = len(z.records)
		}
	}
	end := min(at+out.MaxItems, len(z.records))
	out.Records = z.records[at:end]
	if end < len(z.records) {
		next := z.records[end]
		out.IsTruncated, out.NextName, out.NextType, out.NextIdentifier = true, next.Name, next.Type, next.SetIdentifier
	}
	return out, nil
}

func (r *Route53) getZone(id string, _ Call) (any, *refusal) {
	z, refused := r.zone(id)
	if refused != nil {
		return nil, refused
	}
	return struct {
		XMLName xml.Name `xml:"https://route53.amazonaws.com/doc/2013-04-01/ GetHostedZoneResponse"`
		ID      string   `xml:"HostedZone>Id"`
		Name    string   `xml:"HostedZone>Name"`
		Caller  string   `xml:"HostedZone>CallerReference"`
		Count   int      `xml:"HostedZone>ResourceRecordSetCount"`
	}{ID: "/hostedzone/" + z.id, Name: z.name, Caller: "awstest", Count: len(z.records)}, nil
}
