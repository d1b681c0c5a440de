package awstest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// RecordSet is one record set, in the words of the wire. Name ends in a dot and is in lower case.
type RecordSet struct {
	Name, Type    string
	SetIdentifier string `xml:",omitempty"`
	// Weight is 0–255, its share is weight by sum; nil for a record that is not weighted.
	Weight *int64 `xml:",omitempty"`
	Region string `xml:",omitempty"`
	// Failover and MultiValueAnswer are kept and shown; nothing here acts on them.
	Failover         string        `xml:",omitempty"`
	MultiValueAnswer *bool         `xml:",omitempty"`
	TTL              *int64        `xml:",omitempty"`
	Records          *RecordValues `xml:"ResourceRecords,omitempty"`
	Alias            *RecordAlias  `xml:"AliasTarget,omitempty"`
	HealthCheckID    string        `xml:"HealthCheckId,omitempty"`
}

// RecordValues are the values of a record set.
type RecordValues struct {
	Values []RecordValue `xml:"ResourceRecord"`
}

// RecordValue is one value.
type RecordValue struct{ Value string }

// RecordAlias is what an alias record points at.
type RecordAlias struct {
	HostedZoneID         string `xml:"HostedZoneId"`
	DNSName              string `xml:"DNSName"`
	EvaluateTargetHealth bool
}

// RecordSetState is what a change left of all records of one name and type, in the ledger under "record-set".
type RecordSetState struct {
	Zone, Name, Type string
	Records          []RecordSet
}

// WeightedRecord is a weighted record of one value with a TTL of sixty seconds.
func WeightedRecord(name, kind, set string, weight int64, value string) RecordSet {
	ttl := int64(60)
	return RecordSet{
		Name: dotted(name), Type: kind, SetIdentifier: set, Weight: &weight, TTL: &ttl,
		Records: &RecordValues{Values: []RecordValue{{Value: value}}},
	}
}

// dotted is a name as Route 53 keeps it: fully qualified, in lower case, an asterisk as an octal escape.
func dotted(name string) string {
	name = strings.ReplaceAll(strings.ToLower(name), "*", `\052`)
	if !strings.HasSuffix(name, ".") {
		name += "."
	}
	return name
}

// clone is a copy nobody writes to again.
func (s RecordSet) clone() RecordSet {
	s.Weight, s.TTL, s.MultiValueAnswer = cloned(s.Weight), cloned(s.TTL), cloned(s.MultiValueAnswer)
	s.Alias = cloned(s.Alias)
	if s.Records != nil {
		s.Records = &RecordValues{Values: slices.Clone(s.Records.Values)}
	}
	return s
}

func cloned[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}

// is reports whether two records are the same one: name, type and set identifier.
func (s RecordSet) is(o RecordSet) bool {
	return s.Name == o.Name && s.Type == o.Type && s.SetIdentifier == o.SetIdentifier
}

// same reports whether every value is the same, as a DELETE must have it (AWS note 3.11). Values are a set.
func (s RecordSet) same(o RecordSet) bool {
	return s.text() == o.text()
}

// text spells everything a record says.
func (s RecordSet) text() string {
	var values []string
	if s.Records != nil {
		for _, v := range s.Records.Values {
			values = append(values, v.Value)
		}
	}
	slices.Sort(values)
	alias := ""
	if s.Alias != nil {
		alias = fmt.Sprintf("%s %s %t", s.Alias.HostedZoneID, dotted(s.Alias.DNSName), s.Alias.EvaluateTargetHealth)
	}
	return fmt.Sprintf("%s %s %q weight %s ttl %s region %s failover %s multi %t values %q alias %s check %s",
		s.Name, s.Type, s.SetIdentifier, number(s.Weight), number(s.TTL), s.Region, s.Failover,
		s.MultiValueAnswer != nil && *s.MultiValueAnswer, values, alias, s.HealthCheckID)
}

func number(n *int64) string {
	if n == nil {
		return "none"
	}
	return fmt.Sprint(*n)
}

// compareRecords orders records as they are listed: by name with its labels reversed, then type, then set identifier.
func compareRecords(a, b RecordSet) int {
	return cmp.Or(
		strings.Compare(reversedLabels(a.Name), reversedLabels(b.Name)),
		strings.Compare(a.Type, b.Type), strings.Compare(a.SetIdentifier, b.SetIdentifier),
	)
}

func reversedLabels(name string) string {
	labels := strings.Split(strings.Trim(name, "."), ".")
	slices.Reverse(labels)
	return strings.Join(labels, ".")
}

// label names a record as Route 53's messages do.
func (s RecordSet) label() string {
	if s.SetIdentifier == "" {
		return fmt.Sprintf("[name='%s', type='%s']", s.Name, s.Type)
	}
	return fmt.Sprintf("[name='%s', type='%s', set-identifier='%s']", s.Name, s.Type, s.SetIdentifier)
}
