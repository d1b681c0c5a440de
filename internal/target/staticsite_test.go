package target_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/internal/target"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// homepage is a config as a person writes it: what is not Serin's is to stay to the byte.
const homepage = `{
  "schema": 1,
  "stable": "2026-11-19",   "canary" : null,
  "percentage": 0.0, "salt": "shop <&> \u0041",
  "rules": [{"attribute": "cohort", "values": ["staff"], "serve": "canary"}],
  "nested": {"stable": "x", "rev": 9},
	"rev":41
}
`

// page is a bucket with a config and two versions' files.
type page struct {
	world  *awstest.World
	files  *awstest.S3
	edge   *awstest.CloudFront
	dist   string
	target worker.Target
}

type pageSetting struct {
	text    string
	header  map[string]string
	kms     bool
	edge    bool
	clients func(*awstest.World) target.Clients
}

func openPage(t *testing.T, set pageSetting) page {
	t.Helper()
	s := page{world: awstest.Start(t, awstest.WithoutEngines())}
	s.files = awstest.NewS3(awstest.Account, awstest.Region, s.world.Ledger(), s.world.Clock())
	s.edge = awstest.NewCloudFront(awstest.Account, s.world.Ledger(), s.world.Clock())
	s.world.Register(s.files)
	s.world.Register(s.edge)
	s.files.CreateBucket("shop")
	if set.kms {
		s.files.EncryptBucket("shop")
	}
	if set.text == "" {
		set.text = homepage
	}
	if set.header == nil {
		set.header = map[string]string{"Cache-Control": "public, max-age=60", "Content-Type": "application/json", "X-Amz-Meta-Owner": "web"}
	}
	s.files.PutFile("shop", "canary-config.json", set.text, set.header)
	for _, version := range []string{"2026-11-19", "2026-11-20"} {
		s.files.PutFile("shop", "releases/"+version+"/app.js", "//", nil)
	}
	config := target.StaticSiteConfig{Bucket: "shop", Key: "canary-config.json", Assets: "releases/{version}/app.js"}
	if set.edge {
		s.dist = s.edge.CreateDistribution("shop", "")
		config.Distribution, config.Path = s.dist, "/canary-config.json"
	}
	var from target.Clients = clients{s.world}
	if set.clients != nil {
		from = set.clients(s.world)
	}
	s.target = openTarget(t, from, "staticsite", config)
	return s
}

// text is the config in the world.
func (s page) text() string {
	file, _ := s.files.File("shop", "canary-config.json")
	return file.Body
}

// shows is the split in the world, read without the adapter.
func (s page) shows(t *testing.T) statemachine.Split {
	t.Helper()
	return splitOf(t, s.text())
}

// splitOf is the split in a config, read without the adapter.
func splitOf(t *testing.T, text string) statemachine.Split {
	t.Helper()
	var c struct {
		Stable     string
		Canary     *string
		Percentage float64
	}
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		t.Fatal(err)
	}
	if c.Canary == nil {
		return statemachine.Split{Stable: c.Stable}
	}
	return statemachine.Split{Stable: c.Stable, Canary: *c.Canary, WeightPct: c.Percentage}
}

// raw is all of the object but its fence.
func (s page) raw(t *testing.T) string {
	t.Helper()
	file, _ := s.files.File("shop", "canary-config.json")
	file.ETag = ""
	file.Body = withoutRev(file.Body)
	return pretty(t, file)
}

// withoutRev is a config whatever its rev.
func withoutRev(text string) string {
	return regexp.MustCompile(`("rev":\s*)[0-9]+(\n})`).ReplaceAllString(text, "${1}0$2")
}

// foreign is somebody else's edit.
func (s page) foreign(split statemachine.Split) {
	s.files.SetFile("shop", "canary-config.json", foreignConfig(split), map[string]string{"Cache-Control": "max-age=60"})
}

func foreignConfig(split statemachine.Split) string {
	canary := "null"
	if split.Canary != "" {
		canary = `"` + split.Canary + `"`
	}
	return fmt.Sprintf(`{"schema":1,"stable":%q,"canary":%s,"percentage":%g,"salt":"other","rev":7}`, split.Stable, canary, split.WeightPct)
}

func (s page) harness() porttest.TargetHarness {
	return porttest.TargetHarness{
		Target: s.target, Old: "2026-11-19", New: "2026-11-20", Other: "2026-11-18", Fenced: true, Faults: faults(s.world),
		Resolves: map[string]string{"2026-11-20": "2026-11-20", "a/b_c-1.2": "a/b_c-1.2"}, Invalid: []string{"", "/x", "a b", "../x", "a\nb"},
		Shows:   s.shows,
		Raw:     s.raw,
		Written: func(*testing.T) int { return written(s.world, "object") },
		Foreign: func(_ *testing.T, split statemachine.Split) { s.foreign(split) },
		Remove:  func(*testing.T) { s.files.DeleteFile("shop", "canary-config.json") },
		Unfit:   func(*testing.T) { s.files.DeleteFile("shop", "releases/2026-11-20/app.js") },
	}
}

func TestStaticSite_isATarget(t *testing.T) {
	for name, set := range map[string]pageSetting{
		"plain": {}, "with a key of KMS": {kms: true}, "behind CloudFront": {edge: true},
	} {
		t.Run(name, func(t *testing.T) {
			porttest.Target(t, func(t *testing.T) porttest.TargetHarness {
				t.Helper()
				return openPage(t, set).harness()
			})
		})
	}
}

// release takes the site through splits, as the core words them.
func (s page) release(t *testing.T, weightsPct ...float64) (statemachine.Split, worker.TargetFinding) {
	t.Helper()
	restore, token, err := s.target.Observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	finding, err := s.target.Preflight(t.Context(), worker.TargetPreflight{Shows: restore, Canary: "2026-11-20", WeightsPct: weightsPct})
	if err != nil {
		t.Fatal(err)
	}
	restore.Form = finding.Form
	for _, weight := range weightsPct {
		step := statemachine.Split{Stable: restore.Stable, Canary: finding.Canary, WeightPct: weight, Form: restore.Form}
		if err := s.target.Write(t.Context(), worker.Want{Split: step}, token); err != nil {
			t.Fatal(err)
		}
		if _, token, err = s.target.Observe(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return restore, finding
}

func (s page) write(t *testing.T, split statemachine.Split) {
	t.Helper()
	_, token, err := s.target.Observe(t.Context())
	if err == nil {
		err = s.target.Write(t.Context(), worker.Want{Split: split}, token)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestStaticSite_changesOnlyItsOwnFourMembers(t *testing.T) {
	s := openPage(t, pageSetting{})
	before, _ := s.files.File("shop", "canary-config.json")
	restore, _ := s.release(t, 12.5)
	want := strings.NewReplacer(`"canary" : null`, `"canary" : "2026-11-20"`, `"percentage": 0.0`, `"percentage": 12.5`, `"rev":41`, `"rev":42`).Replace(homepage)
	if diff := cmp.Diff(want, s.text()); diff != "" {
		t.Errorf("at 12.5%%: %s", diff)
	}
	s.write(t, statemachine.Split{Stable: "2026-11-20", Form: restore.Form})
	want = strings.NewReplacer(`"2026-11-19"`, `"2026-11-20"`, `"percentage": 0.0`, `"percentage": 0`, `"rev":41`, `"rev":43`).Replace(homepage)
	if diff := cmp.Diff(want, s.text()); diff != "" {
		t.Errorf("promoted: %s", diff)
	}
	s.write(t, restore)
	after, _ := s.files.File("shop", "canary-config.json")
	before.Body, before.ETag = strings.Replace(homepage, `"rev":41`, `"rev":44`, 1), after.ETag
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("restored, with the headers it is served with: %s", diff)
	}
}

func TestStaticSite_lagIsTheObjectsMaxAge(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"max-age=60": time.Minute, "public, s-maxage=300, max-age=60": 5 * time.Minute, "no-cache": 0, "no-store, max-age=5": 0,
		"max-age=10, stale-while-revalidate=20": 30 * time.Second, `MAX-AGE="30"`: 30 * time.Second,
	} {
		s := openPage(t, pageSetting{header: map[string]string{"Cache-Control": header}})
		if _, finding := s.release(t); finding.Lag != want || len(finding.Problems) > 0 {
			t.Errorf("%s: lag %s, %v; want %s", header, finding.Lag, finding.Problems, want)
		}
	}
}

func TestStaticSite_preflightRefusesWhatNoBakeCouldBound(t *testing.T) {
	for name, header := range map[string]map[string]string{
		"no max-age": {}, "public alone": {"Cache-Control": "public"}, "tags": {"Cache-Control": "no-cache", "X-Amz-Tagging-Count": "2"},
		"encoded": {"Cache-Control": "no-cache", "Content-Encoding": "gzip"},
	} {
		s := openPage(t, pageSetting{header: header})
		if _, finding := s.release(t); len(finding.Problems) != 1 || finding.Problems[0].Code != statemachine.CodeInvalid {
			t.Errorf("%s: problems %v", name, finding.Problems)
		}
	}
}

func TestStaticSite_saysWhatIsWrongWithAConfig(t *testing.T) {
	for text, says := range map[string]string{
		`[]`:                     "no JSON object",
		`{"stable":"a"`:          "no JSON",
		`{"stable":"a"} x`:       "follows",
		`{"stable":"a","rev":1}`: "canary must be there",
		`{"stable":null,"rev":"1","canary":7,"percentage":"5"}`:                                         "rev must be there",
		`{"stable":"a","canary":null,"percentage":101,"rev":1}`:                                         "from 0 to 100",
		`{"stable":"a","stable":"b","canary":null,"percentage":0,"rev":1}`:                              "stable twice",
		`{"stable":"a","canary":null,"percentage":0,"rev":1,"x":"` + strings.Repeat("x", 64<<10) + `"}`: "longer",
	} {
		s := openPage(t, pageSetting{text: text})
		_, _, err := s.target.Observe(t.Context())
		if !errors.Is(err, worker.ErrInvalid) || !strings.Contains(err.Error(), says) {
			t.Errorf("%.60s: %v, want invalid, with %q", text, err, says)
		}
	}
}

func TestStaticSite_raceWithAnotherWriterIsAConflict(t *testing.T) {
	for _, code := range []string{"ConditionalRequestConflict", "PreconditionFailed"} {
		s := openPage(t, pageSetting{})
		_, token, err := s.target.Observe(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		s.files.RefuseNext("PutObject", code)
		step := statemachine.Split{Stable: "2026-11-19", Canary: "2026-11-20", WeightPct: 5}
		if err := s.target.Write(t.Context(), worker.Want{Split: step}, token); !errors.Is(err, worker.ErrConflict) {
			t.Errorf("%s: %v, want a conflict", code, err)
		}
	}
}

func TestStaticSite_invalidatesAfterEachWriteAndGoesBackWithout(t *testing.T) {
	s := openPage(t, pageSetting{edge: true})
	restore, _ := s.release(t, 5, 50)
	if got := s.edge.Invalidations(s.dist); len(got) != 2 || got[0].Paths[0] != "/canary-config.json" {
		t.Errorf("invalidations %+v, want one a write", got)
	}
	t.Cleanup(s.world.Deny(func(c awstest.Call) bool { return c.Operation == "CreateInvalidation" }))
	_, token, err := s.target.Observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	step := statemachine.Split{Stable: "2026-11-19", Canary: "2026-11-20", WeightPct: 60, Form: restore.Form}
	if err := s.target.Write(t.Context(), worker.Want{Split: step}, token); !errors.Is(err, worker.ErrDenied) {
		t.Errorf("forward without leave to invalidate: %v, want denied", err)
	}
	s.write(t, restore)
	if got := s.shows(t); !got.Same(restore) {
		t.Errorf("shows %s, want %s", got, restore)
	}
}

func TestStaticSite_callsWhatItsPolicyNames(t *testing.T) {
	s := openPage(t, pageSetting{edge: true})
	s.release(t, 5)
	if diff := cmp.Diff([]string{"GetObject", "HeadObject", "PutObject", "CreateInvalidation"}, operations(s.world)); diff != "" {
		t.Error(diff)
	}
}
