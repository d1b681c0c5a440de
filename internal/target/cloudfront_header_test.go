package target_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/serinhq/serin/internal/target"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// noted is what a restore point keeps.
func noted(t *testing.T, form string) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(form)
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestCloudFront_notesNoSecretOfAnOrigin(t *testing.T) {
	s := openSite(t, nil)
	before, finding := s.preflight(t)
	if text := noted(t, finding.Form); strings.Contains(text, "sesame") || !strings.Contains(text, originKey) || len(finding.Problems) > 0 {
		t.Errorf("the restore point keeps %s; problems %+v", text, finding.Problems)
	}
	for _, id := range []string{s.primary, s.staging} {
		s.aws.SetOriginHeader(id, "site", originKey, "guess")
	}
	if after, now := s.preflight(t); after.Stable != before.Stable || now.Canary != finding.Canary {
		t.Errorf("a version tells of a secret: %s and %s became %s and %s", before.Stable, finding.Canary, after.Stable, now.Canary)
	}
}

// The secret stands in the primary distribution after the promotion, under whatever origin, and a new one while the release runs.
func TestCloudFront_theWayBackTakesSecretsFromTheDistribution(t *testing.T) {
	for name, c := range map[string]struct{ origin, rotated string }{
		"of the same origin":                     {"site", ""},
		"of an origin with another name":         {"new-site", ""},
		"that was changed since":                 {"site", "open barley"},
		"of a new origin that was changed since": {"new-site", "open barley"},
	} {
		t.Run(name, func(t *testing.T) {
			s := openSite(t, nil)
			s.aws.SetOriginHeader(s.staging, c.origin, originKey, "open sesame")
			old := s.aws.Distribution(s.primary).Config
			restore, finding := s.preflight(t)
			if len(finding.Problems) > 0 {
				t.Fatalf("problems %+v", finding.Problems)
			}
			if err := s.write(t, statemachine.Split{Stable: finding.Canary, Form: finding.Form}); err != nil {
				t.Fatal(err)
			}
			if c.rotated != "" {
				s.aws.SetOriginHeader(s.primary, c.origin, originKey, c.rotated)
				old = strings.ReplaceAll(old, "open sesame", c.rotated)
			}
			if err := s.write(t, restore); err != nil {
				t.Fatal(err)
			}
			if now := s.aws.Distribution(s.primary).Config; now != old {
				t.Errorf("the distribution was\n%s\nand is\n%s", old, now)
			}
		})
	}
}

func TestCloudFront_refusesToLoseASecret(t *testing.T) {
	for name, lose := range map[string]func(s site){
		"another value":        func(s site) { s.aws.SetOriginHeader(s.staging, "site", originKey, "another") },
		"another header":       func(s site) { s.aws.SetOriginHeader(s.staging, "site", "X-Other", "open sesame") },
		"another of a new one": func(s site) { s.aws.SetOriginHeader(s.staging, "new-site", originKey, "another") },
	} {
		t.Run(name, func(t *testing.T) {
			s := openSite(t, nil)
			restore, finding := s.preflight(t)
			lose(s)
			_, found := s.preflight(t)
			if len(found.Problems) != 1 || found.Problems[0].Code != statemachine.CodeVersionUnfit ||
				!strings.Contains(found.Problems[0].Text, originKey) || strings.Contains(found.Problems[0].Text, "sesame") {
				t.Errorf("problems %+v", found.Problems)
			}
			primary := s.aws.Distribution(s.primary)
			if err := s.write(t, statemachine.Split{Stable: found.Canary, Form: finding.Form}); !errors.Is(err, worker.ErrInvalid) || s.aws.Distribution(s.primary) != primary {
				t.Errorf("promoted with %v", err)
			}
			if err := s.write(t, restore); err != nil {
				t.Errorf("the way back before a promotion: %v", err)
			}
		})
	}
}

func TestCloudFront_saysWhichSecretIsGone(t *testing.T) {
	s := openSite(t, nil)
	restore, finding := s.preflight(t)
	if err := s.write(t, statemachine.Split{Stable: finding.Canary, Form: finding.Form}); err != nil {
		t.Fatal(err)
	}
	s.aws.SetOriginHeader(s.primary, "site", "X-Other", "open sesame")
	if err := s.write(t, restore); !errors.Is(err, worker.ErrNotFound) || !strings.Contains(err.Error(), originKey) {
		t.Errorf("got %v", err)
	}
}

func TestCloudFront_plainHeadersAreOfTheVersion(t *testing.T) {
	s := openSite(t, nil)
	s.target = s.open(t, target.CloudFrontConfig{PlainHeaders: []string{"x-release"}})
	s.aws.SetOriginHeader(s.primary, "site", "X-Release", "v1")
	s.aws.SetOriginHeader(s.staging, "site", "X-Release", "v1")
	_, same := s.preflight(t)
	s.aws.SetOriginHeader(s.staging, "site", "X-Release", "v2")
	old := s.aws.Distribution(s.primary).Config
	restore, finding := s.preflight(t)
	if len(finding.Problems) > 0 || finding.Canary == same.Canary {
		t.Fatalf("%s and %s, problems %+v", same.Canary, finding.Canary, finding.Problems)
	}
	if err := s.write(t, statemachine.Split{Stable: finding.Canary, Form: finding.Form}); err != nil {
		t.Fatal(err)
	}
	if err := s.write(t, restore); err != nil {
		t.Fatal(err)
	}
	if now := s.aws.Distribution(s.primary).Config; now != old {
		t.Errorf("the distribution was\n%s\nand is\n%s", old, now)
	}
}
