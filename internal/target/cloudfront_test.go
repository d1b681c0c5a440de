package target_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/internal/target"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// site is a distribution that shows /v1, its staging distribution that shows /v2,
// and a policy that is off.
type site struct {
	world                    *awstest.World
	aws                      *awstest.CloudFront
	primary, staging, policy string
	words                    map[string]string // origin path → what the target calls it
	target                   worker.Target
}

func openSite(t *testing.T, header *target.CloudFrontHeader) site {
	t.Helper()
	s := site{world: awstest.Start(t, awstest.WithoutEngines()), words: map[string]string{}}
	s.aws = awstest.NewCloudFront(awstest.Account, s.world.Ledger(), nil)
	s.world.Register(s.aws)
	s.primary = s.aws.CreateDistribution("the shop", "/v1", "shop.example.com")
	s.aws.SetOriginHeader(s.primary, "site", originKey, "open sesame")
	s.staging = s.aws.CreateStaging(s.primary, "/v3")
	s.policy = s.aws.CreatePolicy(s.primary, s.staging)
	s.target = s.open(t, target.CloudFrontConfig{Header: header})
	for _, path := range []string{"/v3", "/v2"} {
		s.aws.SetOriginPath(s.staging, path)
		shows, finding := s.preflight(t)
		s.words["/v1"], s.words[path] = shows.Stable, finding.Canary
	}
	return s
}

// originKey is the header by which the origin knows the distribution.
const originKey = "X-Origin-Key"

func (s site) open(t *testing.T, config target.CloudFrontConfig) worker.Target {
	t.Helper()
	config.Distribution, config.Staging = s.primary, s.staging
	return openTarget(t, once(s.world), "cloudfront", config)
}

func (s site) preflight(t *testing.T) (statemachine.Split, worker.TargetFinding) {
	t.Helper()
	shows, _, err := s.target.Observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	finding, err := s.target.Preflight(t.Context(), worker.TargetPreflight{Shows: shows, WeightsPct: []float64{15, 100}})
	if err != nil {
		t.Fatal(err)
	}
	shows.Form = finding.Form
	return shows, finding
}

func (s site) write(t *testing.T, split statemachine.Split) error {
	t.Helper()
	_, token, err := s.target.Observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s.target.Write(t.Context(), worker.Want{Split: split}, token)
}

// shows is what the three show in the world, read without the adapter.
func (s site) shows() statemachine.Split {
	policy, staged := s.aws.Policy(s.policy), s.words[s.aws.Distribution(s.staging).OriginPath]
	split := statemachine.Split{Stable: s.words[s.aws.Distribution(s.primary).OriginPath]}
	switch {
	case !policy.Enabled || staged == split.Stable:
	case policy.Header != "":
		split.Canary, split.WeightPct = staged, 15
	default:
		split.Canary, split.WeightPct = staged, statemachine.Pct(100*policy.Weight)
	}
	return split
}

// path is what shows a version.
func (s site) path(word string) string {
	for path, w := range s.words {
		if w == word {
			return path
		}
	}
	return ""
}

func (s site) foreign(split statemachine.Split) {
	policy := s.aws.Policy(s.policy)
	policy.Enabled, policy.Weight = false, 0
	if s.aws.Distribution(s.primary).OriginPath != s.path(split.Stable) {
		s.aws.SetOriginPath(s.primary, s.path(split.Stable))
	}
	if split.Canary != "" {
		s.aws.SetOriginPath(s.staging, s.path(split.Canary))
		policy.Enabled, policy.Weight = true, split.WeightPct/100
	}
	s.aws.SetPolicy(s.policy, policy)
}

// raw is all of the three, but for their fences.
func (s site) raw(t *testing.T) string {
	t.Helper()
	primary, staging, policy := s.aws.Distribution(s.primary), s.aws.Distribution(s.staging), s.aws.Policy(s.policy)
	primary.ETag, staging.ETag, policy.ETag = "", "", ""
	return pretty(t, []any{primary, staging, policy})
}

func (s site) harness(t *testing.T) porttest.TargetHarness {
	t.Helper()
	return porttest.TargetHarness{
		Target: s.target, Old: s.words["/v1"], New: s.words["/v2"], Other: s.words["/v3"], Fenced: true, FinalAt100: true,
		Faults: faults(s.world), Weight: func(weightPct float64) float64 { return min(weightPct, 15) },
		Resolves: map[string]string{"4f0c1d2": "4f0c1d2"}, Invalid: []string{"", " x"},
		Shows:   func(*testing.T) statemachine.Split { return s.shows() },
		Raw:     s.raw,
		Written: func(*testing.T) int { return written(s.world, "policy") + written(s.world, "distribution") },
		Foreign: func(_ *testing.T, split statemachine.Split) { s.foreign(split) },
		Remove:  func(*testing.T) { s.aws.DeletePolicy(s.policy) },
		Unfit:   func(*testing.T) { s.aws.SetSetting(s.staging, "Enabled", "false") },
		Put:     func(_ *testing.T, version string) { s.aws.SetOriginPath(s.staging, s.path(version)) },
	}
}

func TestCloudFront_isATarget(t *testing.T) {
	for name, keep := range map[string]bool{"": false, "whose fence stays on the same write": true} {
		t.Run(name, func(t *testing.T) {
			porttest.Target(t, func(t *testing.T) porttest.TargetHarness {
				t.Helper()
				s := openSite(t, nil)
				s.aws.KeepETagOnSameWrite(keep)
				return s.harness(t)
			})
		})
	}
}

func TestCloudFront_ofAHeaderIsATarget(t *testing.T) {
	porttest.Target(t, func(t *testing.T) porttest.TargetHarness {
		t.Helper()
		s := openSite(t, &target.CloudFrontHeader{Name: "aws-cf-cd-canary", Value: "yes"})
		h := s.harness(t)
		h.Weight = func(float64) float64 { return 15 }
		h.Foreign = func(_ *testing.T, split statemachine.Split) {
			s.foreign(split)
			policy := s.aws.Policy(s.policy)
			policy.Weight, policy.Header, policy.Value = 0, "aws-cf-cd-canary", "yes"
			s.aws.SetPolicy(s.policy, policy)
		}
		return h
	})
}

func TestCloudFront_isRollingUntilEveryEdgeShowsIt(t *testing.T) {
	s := openSite(t, nil)
	s.aws.DeployAfter(1)
	if err := s.write(t, statemachine.Split{Stable: s.words["/v1"], Canary: s.words["/v2"], WeightPct: 5}); err != nil {
		t.Fatal(err)
	}
	var rolling []bool
	for range 2 {
		split, _, err := s.target.Observe(t.Context())
		if err != nil || split.WeightPct != 5 {
			t.Fatalf("%s, %v", split, err)
		}
		rolling = append(rolling, split.Rolling)
	}
	if diff := cmp.Diff([]bool{true, false}, rolling); diff != "" {
		t.Error(diff)
	}
}

// Neither a share nor a promotion that was decided before a restore lands after it.
func TestCloudFront_aRestoreMovesTheFenceOfEveryWrite(t *testing.T) {
	for _, keep := range []bool{false, true} {
		s := openSite(t, nil)
		s.aws.KeepETagOnSameWrite(keep)
		restore, _ := s.preflight(t)
		before := [3]string{s.aws.Distribution(s.primary).ETag, s.aws.Distribution(s.staging).ETag, s.aws.Policy(s.policy).ETag}
		_, token, err := s.target.Observe(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		mark := ""
		if keep {
			mark = "01KA/7"
		}
		if err := s.target.Write(t.Context(), worker.Want{Split: restore, Mark: mark}, token); err != nil {
			t.Fatal(err)
		}
		after := [3]string{s.aws.Distribution(s.primary).ETag, s.aws.Distribution(s.staging).ETag, s.aws.Policy(s.policy).ETag}
		if before[1] == after[1] || before[2] == after[2] {
			t.Errorf("keep %t: the fences were %v and are %v", keep, before, after)
		}
	}
}

func TestCloudFront_promotionKeepsTheOldConfigurationForTheWayBack(t *testing.T) {
	s := openSite(t, nil)
	raw := s.raw(t)
	restore, finding := s.preflight(t)
	if err := s.write(t, statemachine.Split{Stable: finding.Canary, Form: finding.Form}); err != nil {
		t.Fatal(err)
	}
	if primary := s.aws.Distribution(s.primary); primary.OriginPath != "/v2" || s.aws.Policy(s.policy).Enabled {
		t.Errorf("promoted, the primary shows %s", primary.OriginPath)
	}
	s.aws.SetOriginPath(s.staging, "/v3") // the pipeline goes on
	if err := s.write(t, restore); err != nil {
		t.Fatal(err)
	}
	s.aws.SetOriginPath(s.staging, "/v2")
	if now := s.raw(t); now != raw {
		t.Errorf("the world was\n%s\nand is\n%s", raw, now)
	}
}

func TestCloudFront_refusesWhatItCanNotShow(t *testing.T) {
	s := openSite(t, nil)
	for _, c := range []struct {
		want statemachine.Split
		is   error
	}{
		{statemachine.Split{Stable: s.words["/v1"], Canary: s.words["/v2"], WeightPct: 16}, worker.ErrInvalid},
		{statemachine.Split{Stable: s.words["/v1"], Canary: s.words["/v3"], WeightPct: 5}, worker.ErrNotFound},
		{statemachine.Split{Stable: s.words["/v3"], Canary: s.words["/v2"], WeightPct: 5}, worker.ErrNotFound},
		{statemachine.Split{Stable: s.words["/v3"]}, worker.ErrNotFound},
	} {
		if err := s.write(t, c.want); !errors.Is(err, c.is) {
			t.Errorf("%s: %v, want %v", c.want, err, c.is)
		}
	}
}

func TestCloudFront_preflightProblems(t *testing.T) {
	for _, c := range []struct {
		name  string
		setup func(s site)
		in    worker.TargetPreflight
		want  statemachine.Code
	}{
		{"HTTP/3", func(s site) { s.aws.SetSetting(s.primary, "HttpVersion", "http2and3") }, worker.TargetPreflight{}, statemachine.CodeVersionUnfit},
		{"an old version that is gone", nil, worker.TargetPreflight{Canary: "0123456789ab"}, statemachine.CodeIdleOverwritten},
		{"a header with a small share", nil, worker.TargetPreflight{WeightsPct: []float64{5, 100}}, statemachine.CodeStepsUnfit},
	} {
		s := openSite(t, &target.CloudFrontHeader{Name: "aws-cf-cd-canary", Value: "yes"})
		if c.setup != nil {
			c.setup(s)
		}
		found, err := s.target.Preflight(t.Context(), c.in)
		if err != nil || len(found.Problems) != 1 || found.Problems[0].Code != c.want {
			t.Errorf("%s: %+v, %v; want %s", c.name, found.Problems, err, c.want)
		}
	}
}

func TestCloudFront_keepsSessionsSticky(t *testing.T) {
	s := openSite(t, nil)
	policy := s.aws.Policy(s.policy)
	policy.IdleTTL, policy.MaximumTTL = 300, 600
	s.aws.SetPolicy(s.policy, policy)
	if err := s.write(t, statemachine.Split{Stable: s.words["/v1"], Canary: s.words["/v2"], WeightPct: 5}); err != nil {
		t.Fatal(err)
	}
	if now := s.aws.Policy(s.policy); now.IdleTTL != 300 || now.MaximumTTL != 600 || now.Weight != 0.05 {
		t.Errorf("the policy is %+v", now)
	}
}

func TestCloudFront_callsWhatItsPolicyNames(t *testing.T) {
	s := openSite(t, nil)
	restore, finding := s.preflight(t)
	if err := s.write(t, statemachine.Split{Stable: finding.Canary, Form: finding.Form}); err != nil {
		t.Fatal(err)
	}
	if err := s.write(t, restore); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"GetDistribution", "GetContinuousDeploymentPolicy", "UpdateDistributionWithStagingConfig", "UpdateDistribution",
		"UpdateContinuousDeploymentPolicy",
	}
	if diff := cmp.Diff(want, operations(s.world)); diff != "" {
		t.Error(diff)
	}
}
