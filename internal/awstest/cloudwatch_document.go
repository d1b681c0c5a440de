package awstest

import "time"

// The getters of document give the zero value for a member that is absent or of another type.

func (d document) text(name string) string {
	s, _ := d[name].(string)
	return s
}

func (d document) texts(name string) []string {
	list, _ := d[name].([]any)
	var out []string
	for _, member := range list {
		if s, ok := member.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func (d document) whole(name string, absent int) int {
	if n, ok := d[name].(int64); ok {
		return int(n)
	}
	return absent
}

func (d document) number(name string) (float64, bool) {
	switch n := d[name].(type) {
	case float64:
		return n, true
	case int64:
		return float64(n), true
	}
	return 0, false
}

func (d document) numbers(name string) []float64 {
	list, _ := d[name].([]any)
	var out []float64
	for _, member := range list {
		n, _ := document{"": member}.number("")
		out = append(out, n)
	}
	return out
}

func (d document) moment(name string, absent time.Time) time.Time {
	if at, ok := d[name].(time.Time); ok {
		return at
	}
	return absent
}

func (d document) truth(name string, absent bool) bool {
	if b, ok := d[name].(bool); ok {
		return b
	}
	return absent
}

func (d document) document(name string) document {
	inner, _ := d[name].(document)
	return inner
}

func (d document) documents(name string) []document {
	list, _ := d[name].([]any)
	var out []document
	for _, member := range list {
		if inner, ok := member.(document); ok {
			out = append(out, inner)
		}
	}
	return out
}

// dimensions reads a Dimensions list.
func (d document) dimensions() map[string]string {
	var out map[string]string
	for _, pair := range d.documents("Dimensions") {
		if out == nil {
			out = map[string]string{}
		}
		out[pair.text("Name")] = pair.text("Value")
	}
	return out
}
