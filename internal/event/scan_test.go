package event

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzScan: what scan takes is JSON, and an object with just these members; what it does not take is none, or has a
// name with an escape.
func FuzzScan(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if len(text) < 1<<16 {
			f.Add(text)
		}
	}
	for _, text := range []string{
		`{}`, ` { "a" : [ ] , "a" : -0.5e+3 } `, `{"a":01}`, `{"a":1.}`, `{"a":"\u12G4"}`, `{"a":"\x"}`, `{"a":tru}`, `{"a":1,}`,
		`{"a" 1}`, `{"\u0061":null}`, `[]`, `null`, `{"a":[1,]}`, `{"a":{"b":[{"c":true},false,null]}}x`, "{\"a\":\"\x01\"}", `{"a":"`, `{`, ``,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		members, ok := scan(string(body))
		if along, ok := scan(string(body), "a", "b"); ok {
			for i, m := range along {
				again, ok := scan(m.value, "b")
				if len(along) != len(members) || m.inner != nil && (!ok || !cmp.Equal(m.inner, again, cmp.AllowUnexported(member{}))) {
					t.Fatalf("along the path member %d of %q is %q", i, body, m.inner)
				}
			}
		}
		var want map[string]json.RawMessage
		err := json.Unmarshal(body, &want)
		switch {
		case ok && (err != nil || want == nil):
			t.Fatalf("%q is taken for an object: %v", body, err)
		case !ok && err == nil && want != nil && !bytes.Contains(body, []byte(`\`)):
			t.Fatalf("%q is not taken for an object", body)
		}
		got := map[string]json.RawMessage{}
		for _, m := range members {
			got[strings.ToValidUTF8(m.name, "\uFFFD")] = json.RawMessage(m.value)
		}
		if ok && bytes.Equal(body, bytes.ToValidUTF8(body, nil)) {
			for name := range want {
				if !bytes.Equal(got[name], want[name]) {
					t.Errorf("%q is %q, want %q", name, got[name], want[name])
				}
			}
			if len(got) != len(want) {
				t.Errorf("%d members, want %d", len(got), len(want))
			}
		}
	})
}
