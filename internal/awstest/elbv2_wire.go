package awstest

import (
	"cmp"
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// form is a structure of awsQuery, by path: "Actions.member.1.Type". Requests are written so, and answers too, until
// answerXML makes elements of the paths; what nobody interprets passes through unchanged.
type form map[string]string

func readForm(body []byte) form {
	f := form{}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return f
	}
	for path, v := range values {
		f[path] = v[0]
	}
	return f
}

// under is the structure at a path.
func (f form) under(path string) form {
	inner := form{}
	for p, v := range f {
		if rest, ok := strings.CutPrefix(p, path+"."); ok {
			inner[rest] = v
		} else if p == path {
			inner[""] = v
		}
	}
	return inner
}

// members is the list at a path; a list of texts has each under "".
func (f form) members(path string) []form {
	var out []form
	for n := 1; ; n++ {
		member := f.under(path + ".member." + strconv.Itoa(n))
		if len(member) == 0 {
			return out
		}
		out = append(out, member)
	}
}

func (f form) texts(path string) []string {
	var out []string
	for _, member := range f.members(path) {
		out = append(out, member[""])
	}
	return out
}

// put lays a structure at a path.
func (f form) put(path string, inner form) {
	for p, v := range inner {
		f[strings.Trim(path+"."+p, ".")] = v
	}
}

// list puts structures as the members of a list.
func (f form) list(path string, members []form) {
	for i, member := range members {
		f.put(path+".member."+strconv.Itoa(i+1), member)
	}
}

// pageOf pages a list by Marker and PageSize, 1–400.
func pageOf[T any](ask form, items []T) ([]T, string, *refusal) {
	size := 400
	if asked := ask["PageSize"]; asked != "" {
		n, err := strconv.Atoi(asked)
		if err != nil || n < 1 || n > 400 {
			return nil, "", elbRefusal("ValidationError", "PageSize must be between 1 and 400")
		}
		size = n
	}
	got, next, ok := page(items, ask["Marker"], size)
	if !ok {
		return nil, "", elbRefusal("ValidationError", "Invalid marker")
	}
	return got, next, nil
}

const elbNamespace = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"

func answerXML(operation string, result form, resource string) Answer {
	var b strings.Builder
	b.WriteString(`<` + operation + `Response xmlns="` + elbNamespace + `"><` + operation + `Result>`)
	writeElements(&b, result)
	b.WriteString(`</` + operation + `Result><ResponseMetadata><RequestId>` + requestID() + `</RequestId></ResponseMetadata></` + operation + `Response>`)
	return Answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/xml"}}, Body: []byte(b.String()), Resource: resource}
}

func refuseXML(r *refusal, resource string) Answer {
	kind := "Sender"
	if r.status >= http.StatusInternalServerError {
		kind = "Receiver"
	}
	var b strings.Builder
	b.WriteString(`<ErrorResponse xmlns="` + elbNamespace + `">`)
	writeElements(&b, form{"Error.Type": kind, "Error.Code": r.code, "Error.Message": r.message, "RequestId": requestID()})
	b.WriteString(`</ErrorResponse>`)
	return Answer{Status: r.status, Header: http.Header{"Content-Type": {"text/xml"}}, Body: []byte(b.String()), Resource: resource}
}

func requestID() string { return "00000000-0000-4000-8000-000000000000" }

// writeElements writes a form as elements: "A.member.2.B" is the B of the second member of A.
func writeElements(b *strings.Builder, f form) {
	heads := map[string]bool{}
	for path := range f {
		head, _, _ := strings.Cut(path, ".")
		heads[head] = true
	}
	if heads["member"] || heads["entry"] {
		for _, kind := range []string{"member", "entry"} {
			inner := f.under(kind)
			for _, n := range inner.indexes() {
				writeElement(b, kind, inner.under(strconv.Itoa(n)))
			}
		}
		return
	}
	for _, head := range sortedKeys(heads) {
		writeElement(b, head, f.under(head))
	}
}

func writeElement(b *strings.Builder, name string, content form) {
	b.WriteString("<" + name + ">")
	if text, ok := content[""]; ok {
		_ = xml.EscapeText(b, []byte(text)) // a strings.Builder takes everything
	} else {
		writeElements(b, content)
	}
	b.WriteString("</" + name + ">")
}

// indexes are the numbers that a list's paths begin with, in order.
func (f form) indexes() []int {
	var out []int
	for path := range f {
		head, _, _ := strings.Cut(path, ".")
		if n, err := strconv.Atoi(head); err == nil && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, cmp.Compare[int])
	return out
}
