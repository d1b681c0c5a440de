package target

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/serinhq/serin/statemachine"
)

// siteConfig is a config's bytes, with what Serin reads and writes of them.
type siteConfig struct {
	text           []byte
	at             map[string]jsonSpan // of Serin's own members
	stable, canary string              // canary is "" for null
	weightPct      float64
	rev            int64
}

// jsonSpan is where a member's value stands.
type jsonSpan struct{ from, to int64 }

// siteForm is what preflight notes: the values as they were written, for a restore
// to the byte.
type siteForm struct {
	Stable     json.RawMessage `json:"stable"`
	Canary     json.RawMessage `json:"canary"`
	Percentage json.RawMessage `json:"percentage"`
}

// siteMembers are Serin's members of a config.
func siteMembers() []string { return []string{"stable", "canary", "percentage", "rev"} }

// readSiteConfig reads a config. What is not Serin's is only held to be JSON.
func readSiteConfig(text []byte) (siteConfig, error) {
	c := siteConfig{text: text, at: map[string]jsonSpan{}}
	raw := map[string]json.RawMessage{}
	d := json.NewDecoder(bytes.NewReader(text))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return c, errors.New("it is no JSON object")
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return c, fmt.Errorf("it is no JSON: %w", err)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return c, fmt.Errorf("it is no JSON: %w", err)
		}
		name, _ := key.(string) // a key is always text
		if !slices.Contains(siteMembers(), name) {
			continue
		}
		if _, twice := raw[name]; twice {
			return c, fmt.Errorf("it has %s twice", name)
		}
		raw[name], c.at[name] = value, jsonSpan{d.InputOffset() - int64(len(value)), d.InputOffset()}
	}
	if _, err := d.Token(); err != nil {
		return c, fmt.Errorf("it is no JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return c, errors.New("something follows the JSON object")
	}
	return c, c.take(raw)
}

// take reads Serin's members.
func (c *siteConfig) take(raw map[string]json.RawMessage) error {
	var wrong []error
	for _, member := range []struct {
		name, expects string
		into          any
	}{
		{"stable", "a version", &c.stable},
		{"canary", "a version or null", &c.canary},
		{"percentage", "a number from 0 to 100", &c.weightPct},
		{"rev", "a whole number", &c.rev},
	} {
		value, ok := raw[member.name]
		null := string(value) == "null" && member.name != "canary"
		if !ok || null || json.Unmarshal(value, member.into) != nil {
			wrong = append(wrong, fmt.Errorf("%s must be there and be %s", member.name, member.expects))
		}
	}
	if len(wrong) == 0 && (c.stable == "" || c.weightPct < 0 || c.weightPct > 100 || c.rev < 0) {
		wrong = append(wrong, errors.New("stable must name a version, percentage be from 0 to 100, rev not be negative"))
	}
	return errors.Join(wrong...)
}

// split is what the config shows. A canary that is the stable version is none.
func (c siteConfig) split() statemachine.Split {
	if c.canary == "" || c.canary == c.stable {
		return statemachine.Split{Stable: c.stable}
	}
	return statemachine.Split{Stable: c.stable, Canary: c.canary, WeightPct: statemachine.Pct(c.weightPct)}
}

// form notes the members as they are written.
func (c siteConfig) form() (string, error) {
	raw := func(name string) json.RawMessage { return c.text[c.at[name].from:c.at[name].to] }
	text, err := json.Marshal(siteForm{raw("stable"), raw("canary"), raw("percentage")})
	return string(text), err
}

// with is the config's text with a split in it, and the next rev. The split that
// preflight saw is written as it was.
func (c siteConfig) with(want statemachine.Split) ([]byte, error) {
	if want.Stable == "" || want.WeightPct < 0 || want.WeightPct > 100 || want.Canary == "" && want.WeightPct != 0 {
		return nil, fmt.Errorf("%q is no split of a site", want)
	}
	form, ok := readSiteForm(want)
	if !ok {
		form = siteForm{Stable: jsonText(want.Stable), Canary: json.RawMessage("null"), Percentage: strconv.AppendFloat(nil, want.WeightPct, 'f', -1, 64)}
		if want.Canary != "" {
			form.Canary = jsonText(want.Canary)
		}
	}
	values := map[string][]byte{
		"stable": form.Stable, "canary": form.Canary, "percentage": form.Percentage, "rev": strconv.AppendInt(nil, c.rev+1, 10),
	}
	names := siteMembers()
	slices.SortFunc(names, func(a, b string) int { return int(c.at[b].from - c.at[a].from) })
	text := slices.Clone(c.text)
	for _, name := range names { // from the end, so that the places before stay
		text = slices.Replace(text, int(c.at[name].from), int(c.at[name].to), values[name]...)
	}
	return text, nil
}

// readSiteForm is the form of a split that is the one preflight saw.
func readSiteForm(want statemachine.Split) (siteForm, bool) {
	var form siteForm
	if json.Unmarshal([]byte(want.Form), &form) != nil {
		return siteForm{}, false
	}
	var saw siteConfig
	err := saw.take(map[string]json.RawMessage{"stable": form.Stable, "canary": form.Canary, "percentage": form.Percentage, "rev": json.RawMessage("0")})
	return form, err == nil && saw.split().Same(want)
}

// isRestore reports whether a split is the one preflight saw.
func isRestore(wrote statemachine.Split) bool {
	_, ok := readSiteForm(wrote)
	return ok
}

// jsonText is text as JSON, with <, > and & as they are.
func jsonText(text string) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		panic("target: text is not JSON: " + err.Error()) // any text can be encoded
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}
