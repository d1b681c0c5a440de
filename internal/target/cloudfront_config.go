package target

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

const (
	distributionRead  = "cloudfront:GetDistribution"
	distributionWrite = "cloudfront:UpdateDistribution"
	promoteWrite      = "cloudfront:UpdateDistributionWithStagingConfig"
	policyRead        = "cloudfront:GetContinuousDeploymentPolicy"
	policyWrite       = "cloudfront:UpdateContinuousDeploymentPolicy"
)

// cloudFrontTags are the ETags that fence the three.
type cloudFrontTags struct{ primary, staging, policy string }

func (t cloudFrontTags) token() worker.Token {
	return worker.Token(t.primary + " " + t.staging + " " + t.policy)
}

// cloudFrontShows is what the three show.
type cloudFrontShows struct {
	tags             cloudFrontTags
	primary, staging *types.DistributionConfig
	stable, staged   string // digests of the two
	policyID         string
	policy           *types.ContinuousDeploymentPolicyConfig
	rolling          bool
}

// split tells a header's share, which nobody knows, as the ceiling.
func (s cloudFrontShows) split() statemachine.Split {
	split := statemachine.Split{Stable: s.stable, Rolling: s.rolling}
	if !aws.ToBool(s.policy.Enabled) || s.staged == s.stable {
		return split
	}
	split.Canary, split.WeightPct = s.staged, cloudFrontCeiling
	if traffic := s.policy.TrafficConfig; traffic != nil && traffic.SingleWeightConfig != nil {
		split.WeightPct = statemachine.Pct(100 * float64(aws.ToFloat32(traffic.SingleWeightConfig.Weight)))
	}
	return split
}

// digest names a configuration by what a promotion copies: not by what stays with
// the distribution, nor by its comment, nor by what may be a secret.
func (c CloudFrontConfig) digest(config *types.DistributionConfig) (string, error) {
	bare := *c.bare(config)
	bare.Aliases, bare.CallerReference, bare.Comment = nil, nil, nil
	bare.ContinuousDeploymentPolicyId, bare.Staging = nil, nil
	text, err := json.Marshal(bare)
	if err != nil {
		return "", fmt.Errorf("write out a distribution's configuration: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6]), nil
}

// read reads the three.
func (d *cloudFrontDistribution) read(ctx context.Context) (cloudFrontShows, error) {
	var s cloudFrontShows
	primary, err := d.distribution(ctx, d.Distribution)
	if err != nil {
		return s, err
	}
	staging, err := d.distribution(ctx, d.Staging)
	if err != nil {
		return s, err
	}
	s.primary, s.staging = primary.Distribution.DistributionConfig, staging.Distribution.DistributionConfig
	s.policyID = aws.ToString(s.primary.ContinuousDeploymentPolicyId)
	if s.policyID == "" {
		return s, failed(worker.ErrNotFound, distributionRead, d.Distribution, "it has no continuous deployment policy: attach the one of staging distribution %s", d.Staging)
	}
	policy, err := d.api.GetContinuousDeploymentPolicy(ctx, &cloudfront.GetContinuousDeploymentPolicyInput{Id: &s.policyID})
	if err != nil {
		return s, awserr.Classify(policyRead, s.policyID, err)
	}
	s.policy = policy.ContinuousDeploymentPolicy.ContinuousDeploymentPolicyConfig
	if names := s.policy.StagingDistributionDnsNames; names == nil || len(names.Items) != 1 || names.Items[0] != aws.ToString(staging.Distribution.DomainName) {
		return s, failed(worker.ErrInvalid, policyRead, s.policyID, "the policy of distribution %s does not lead to staging distribution %s", d.Distribution, d.Staging)
	}
	s.tags = cloudFrontTags{aws.ToString(primary.ETag), aws.ToString(staging.ETag), aws.ToString(policy.ETag)}
	s.rolling = aws.ToString(primary.Distribution.Status) != deployed || aws.ToString(staging.Distribution.Status) != deployed
	if s.stable, err = d.digest(s.primary); err == nil {
		s.staged, err = d.digest(s.staging)
	}
	return s, err
}

// deployed is a distribution's status when every edge shows it (API Distribution).
const deployed = "Deployed"

func (d *cloudFrontDistribution) distribution(ctx context.Context, id string) (*cloudfront.GetDistributionOutput, error) {
	out, err := d.api.GetDistribution(ctx, &cloudfront.GetDistributionInput{Id: &id})
	if err == nil && (out.Distribution == nil || out.Distribution.DistributionConfig == nil) {
		return nil, failed(worker.ErrInvalid, distributionRead, id, "the answer has no configuration")
	}
	return out, awserr.Classify(distributionRead, id, err)
}

// cloudFrontForm is what preflight notes: all that a promotion overwrites, but for
// the values that are withheld.
type cloudFrontForm struct {
	Stable   string                                  `json:"stable"`
	Comment  *string                                 `json:"comment"` // the staging distribution's
	Primary  *types.DistributionConfig               `json:"primary"`
	Policy   *types.ContinuousDeploymentPolicyConfig `json:"policy"`
	Withheld []withheld                              `json:"withheld,omitempty"`
}

// text is the form, packed: a configuration is long and says much twice.
func (f cloudFrontForm) text() (string, error) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if err := json.NewEncoder(w).Encode(f); err != nil {
		return "", fmt.Errorf("note a distribution's configuration: %w", err)
	}
	if err := w.Close(); err != nil {
		return "", fmt.Errorf("note a distribution's configuration: %w", err)
	}
	return base64.StdEncoding.EncodeToString(packed.Bytes()), nil
}

// readCloudFrontForm reads a form; one that is none, or another kind's, is empty.
func readCloudFrontForm(text string) cloudFrontForm {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) == 0 {
		return cloudFrontForm{}
	}
	r, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return cloudFrontForm{}
	}
	var f cloudFrontForm
	if err := json.NewDecoder(io.LimitReader(r, 1<<20)).Decode(&f); err != nil {
		return cloudFrontForm{}
	}
	return f
}
