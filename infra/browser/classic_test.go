package browser

import (
	"bytes"
	"compress/gzip"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write serin-canary.js anew") //nolint:gochecknoglobals // a test's flag

const (
	moduleFile  = "serin-canary.mjs"
	classicFile = "serin-canary.js"
)

// wrapper makes a classic script of the module: a global, serinCanary, and a run at once with the options that stand on
// the script's own tag as data-… attributes.
const wrapper = `// Written from serin-canary.mjs by go generate ./infra/browser; do not edit.
(() => {
BODY
globalThis.serinCanary = {canary, choose, lot}
const tag = document.currentScript, {timeout, ...set} = tag?.dataset ?? {}
if (set.entry) canary({...set, nonce: tag.nonce, timeout: timeout && +timeout})
})()
`

// classic is the module as a classic script, without its comments.
func classic(module string) string {
	body := regexp.MustCompile(`(?m)^ *//.*\n`).ReplaceAllString(module, "")
	body = regexp.MustCompile(`(?m)^export `).ReplaceAllString(body, "")
	return strings.Replace(wrapper, "BODY", strings.TrimSpace(body), 1)
}

func TestClassic_isTheModule(t *testing.T) {
	want := classic(read(t, moduleFile))
	if *update {
		if err := os.WriteFile(classicFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got := read(t, classicFile); got != want {
		t.Error("serin-canary.js is not what serin-canary.mjs makes; run go generate ./infra/browser")
	}
}

func TestLoader_isUnderTwoKilobytes(t *testing.T) {
	for _, name := range []string{moduleFile, classicFile} {
		var out bytes.Buffer
		w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(read(t, name))); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes gzipped", name, out.Len())
		if out.Len() >= 2048 {
			t.Errorf("%s is %d bytes gzipped, must be under 2048", name, out.Len())
		}
	}
}

func TestLoader_evaluatesNoText(t *testing.T) {
	for _, name := range []string{moduleFile, classicFile} {
		if bad := regexp.MustCompile(`\beval\(|new Function|innerHTML|document\.write|import\(`).FindString(read(t, name)); bad != "" {
			t.Errorf("%s has %s", name, bad)
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
