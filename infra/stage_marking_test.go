package infra_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// marking is a stand-in that has the mark in each text of its answers but in the members that Serin has a use for: whatever
// else AWS says, of a function, a pipeline, an alarm, is a secret of its owner.
type marking struct {
	awstest.StandIn
	reads []string
	failf func(format string, args ...any)
}

// markAnswers has every stand-in of the stage's own cloud answer so.
func (s *stage) markAnswers() {
	for _, one := range s.standIns() {
		reads, known := readOfAnswers()[one.Service()]
		if !known {
			s.t.Fatalf("what Serin has a use for in the answers of %s is not said", one.Service())
		}
		s.Register(marking{one, reads, s.failf})
	}
}

// Serve implements awstest.StandIn.
func (m marking) Serve(c awstest.Call) awstest.Answer {
	a := m.StandIn.Serve(c)
	var err error
	switch body := bytes.TrimSpace(a.Body); {
	case len(body) == 0:
	case body[0] == '{':
		a.Body, err = markJSON(body, m.read)
	case body[0] == '<':
		a.Body = markXML(body, m.read)
	case c.Service == "s3": // a file that is not JSON
	default:
		a.Body, err = markCBOR(body, m.read)
	}
	if err != nil {
		m.failf("mark the answer of %s %s: %v", c.Service, c.Operation, err)
	}
	return a
}

// read reports whether Serin has a use for the member at the end of a path.
func (m marking) read(path string) bool {
	return slices.Contains(m.reads, path[strings.LastIndexByte(path, '.')+1:])
}

func markJSON(body []byte, read func(string) bool) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var whole any
	if err := decoder.Decode(&whole); err != nil {
		return nil, err
	}
	return json.Marshal(markTexts(whole, "", read))
}

func markXML(body []byte, read func(string) bool) []byte {
	element := regexp.MustCompile(`<(\w+)>([^<]+)</`)
	return element.ReplaceAllFunc(body, func(found []byte) []byte {
		parts := element.FindSubmatch(found)
		if plain(string(parts[2])) || read(string(parts[1])) {
			return found
		}
		var text bytes.Buffer
		_ = xml.EscapeText(&text, []byte(mark)) // a buffer takes everything
		return []byte("<" + string(parts[1]) + ">" + text.String() + "</")
	})
}

// plain reports whether a text is a number, a truth or a time.
func plain(text string) bool {
	_, notNumber := strconv.ParseFloat(text, 64)
	_, notBool := strconv.ParseBool(text)
	_, notTime := time.Parse(time.RFC3339, text)
	return notNumber == nil || notBool == nil || notTime == nil
}

func markCBOR(body []byte, read func(string) bool) ([]byte, error) {
	value, err := cbor.Decode(body)
	if err != nil {
		return nil, err
	}
	return cbor.Encode(markValues(value, "", read)), nil
}

func markValues(value cbor.Value, name string, read func(string) bool) cbor.Value {
	switch value := value.(type) {
	case cbor.Map:
		for name, inner := range value {
			value[name] = markValues(inner, name, read)
		}
	case cbor.List:
		for i, inner := range value {
			value[i] = markValues(inner, name, read)
		}
	case cbor.String:
		if !read(name) {
			return cbor.String(mark)
		}
	}
	return value
}

// What the search looks for must be there to be found.
func TestMarking_hidesNothingThatSerinReadsAndMarksTheRest(t *testing.T) {
	read := func(path string) bool { return strings.HasSuffix(path, "Version") }
	json, err := markJSON([]byte(`{"Version":"2","Weight":0.25,"Environment":{"Variables":{"PASSWORD":"x"}},"Layers":["y"]}`), read)
	if want := `{"Environment":{"Variables":{"PASSWORD":"` + mark + `"}},"Layers":["` + mark + `"],"Version":"2","Weight":0.25}`; err != nil || string(json) != want {
		t.Errorf("JSON is %s, %v; want %s", json, err, want)
	}
	xml := markXML([]byte(`<A><Version>2.x</Version><Weight>25</Weight><DNSName>x</DNSName></A>`), read)
	if want := `<A><Version>2.x</Version><Weight>25</Weight><DNSName>` + mark + `</DNSName></A>`; string(xml) != want {
		t.Errorf("XML is %s; want %s", xml, want)
	}
	bin, err := markCBOR(cbor.Encode(cbor.Map{"Version": cbor.String("2"), "List": cbor.List{cbor.Map{"Reason": cbor.String("x")}}}), read)
	if err != nil {
		t.Fatal(err)
	}
	want := cbor.Map{"Version": cbor.String("2"), "List": cbor.List{cbor.Map{"Reason": cbor.String(mark)}}}
	if got, err := cbor.Decode(bin); err != nil || !cmp.Equal(cbor.Value(want), got) {
		t.Errorf("CBOR is %v, %v; want %v", got, err, want)
	}
}
