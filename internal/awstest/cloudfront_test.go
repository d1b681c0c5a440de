package awstest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// edge is a primary distribution of /v1, its staging twin of /v2 and the policy between them.
type edge struct {
	front                    *awstest.CloudFront
	ledger                   *awstest.Ledger
	api                      *cloudfront.Client
	primary, staging, policy string
}

func newEdge(t *testing.T) edge {
	t.Helper()
	e := edge{ledger: awstest.NewLedger(fixedClock)}
	e.front = awstest.NewCloudFront("123456789012", e.ledger, fixedClock)
	e.primary = e.front.CreateDistribution("shop", "/v1", "shop.example.com")
	e.staging = e.front.CreateStaging(e.primary, "/v2")
	e.policy = e.front.CreatePolicy(e.primary, e.staging)
	e.api = cloudfront.NewFromConfig(alone(t, e.front, "AKIDWORKER"))
	return e
}

// share sends weight to the staging distribution under an ETag.
func (e edge) share(t *testing.T, weight float32, etag string) (string, error) {
	t.Helper()
	out, err := e.api.UpdateContinuousDeploymentPolicy(t.Context(), &cloudfront.UpdateContinuousDeploymentPolicyInput{
		Id: &e.policy, IfMatch: &etag,
		ContinuousDeploymentPolicyConfig: &types.ContinuousDeploymentPolicyConfig{
			Enabled:                     aws.Bool(true),
			StagingDistributionDnsNames: &types.StagingDistributionDnsNames{Quantity: aws.Int32(1), Items: []string{e.front.Domain(e.staging)}},
			TrafficConfig: &types.TrafficConfig{
				Type:               types.ContinuousDeploymentPolicyTypeSingleWeight,
				SingleWeightConfig: &types.ContinuousDeploymentSingleWeightConfig{Weight: &weight},
			},
		},
	})
	if err != nil {
		return "", err
	}
	return *out.ETag, nil
}

func (e edge) promote(t *testing.T, ifMatch string) error {
	t.Helper()
	_, err := e.api.UpdateDistributionWithStagingConfig(t.Context(), &cloudfront.UpdateDistributionWithStagingConfigInput{
		Id: &e.primary, StagingDistributionId: &e.staging, IfMatch: &ifMatch,
	})
	return err
}

func TestCloudFront_aPolicyMovesItsETagOnEveryWriteAndRefusesAnOldOne(t *testing.T) {
	e := newEdge(t)
	got, err := e.api.GetContinuousDeploymentPolicy(t.Context(), &cloudfront.GetContinuousDeploymentPolicyInput{Id: &e.policy})
	if err != nil {
		t.Fatal(err)
	}
	first := *got.ETag
	second, err := e.share(t, 0.05, first)
	if err != nil || second == first {
		t.Fatalf("ETag %s after %s, %v", second, first, err)
	}
	_, err = e.share(t, 0.10, first)
	wantCode(t, "an old ETag", err, "PreconditionFailed")
	_, err = e.share(t, 0.10, "never")
	wantCode(t, "an ETag of nobody", err, "InvalidIfMatchVersion")
	third, err := e.share(t, 0.05, second)
	if err != nil || third == second {
		t.Errorf("an identical write kept the ETag: %v", err)
	}
	e.front.KeepETagOnSameWrite(true)
	if same, err := e.share(t, 0.05, third); err != nil || same != third {
		t.Errorf("ETag %s after %s, %v", same, third, err)
	}
	want := awstest.PolicyState{Enabled: true, Weight: 0.05, StagingDomain: e.front.Domain(e.staging), ETag: third}
	if diff := cmp.Diff(want, e.front.Policy(e.policy)); diff != "" {
		t.Error(diff)
	}
}

func TestCloudFront_refusesAPolicyThatCannotBe(t *testing.T) {
	e := newEdge(t)
	etag := e.front.Policy(e.policy).ETag
	_, err := e.share(t, 0.16, etag)
	wantCode(t, "more than 15 percent", err, "InvalidArgument")
	update := func(change func(*types.ContinuousDeploymentPolicyConfig)) error {
		config := &types.ContinuousDeploymentPolicyConfig{
			Enabled:                     aws.Bool(true),
			StagingDistributionDnsNames: &types.StagingDistributionDnsNames{Quantity: aws.Int32(1), Items: []string{e.front.Domain(e.staging)}},
		}
		change(config)
		_, err := e.api.UpdateContinuousDeploymentPolicy(t.Context(), &cloudfront.UpdateContinuousDeploymentPolicyInput{Id: &e.policy, IfMatch: &etag, ContinuousDeploymentPolicyConfig: config})
		return err
	}
	header := func(name string) func(*types.ContinuousDeploymentPolicyConfig) {
		return func(c *types.ContinuousDeploymentPolicyConfig) {
			c.TrafficConfig = &types.TrafficConfig{
				Type:               types.ContinuousDeploymentPolicyTypeSingleHeader,
				SingleHeaderConfig: &types.ContinuousDeploymentSingleHeaderConfig{Header: &name, Value: aws.String("yes")},
			}
		}
	}
	wantCode(t, "a header of somebody else's", update(header("x-canary")), "InvalidArgument")
	wantCode(t, "quantities", update(func(c *types.ContinuousDeploymentPolicyConfig) { c.StagingDistributionDnsNames.Quantity = aws.Int32(2) }), "InconsistentQuantities")
	wantCode(t, "a primary distribution", update(func(c *types.ContinuousDeploymentPolicyConfig) {
		c.StagingDistributionDnsNames.Items = []string{e.front.Domain(e.primary)}
	}), "InvalidArgument")
	wantCode(t, "sessions of a minute", update(func(c *types.ContinuousDeploymentPolicyConfig) {
		c.TrafficConfig = &types.TrafficConfig{Type: types.ContinuousDeploymentPolicyTypeSingleWeight, SingleWeightConfig: &types.ContinuousDeploymentSingleWeightConfig{
			Weight: aws.Float32(0.1), SessionStickinessConfig: &types.SessionStickinessConfig{IdleTTL: aws.Int32(60), MaximumTTL: aws.Int32(600)},
		}}
	}), "InvalidArgument")
	if err := update(header("aws-cf-cd-canary")); err != nil {
		t.Errorf("a header: %v", err)
	}
	_, err = e.api.CreateContinuousDeploymentPolicy(t.Context(), &cloudfront.CreateContinuousDeploymentPolicyInput{ContinuousDeploymentPolicyConfig: &types.ContinuousDeploymentPolicyConfig{
		Enabled: aws.Bool(false), StagingDistributionDnsNames: &types.StagingDistributionDnsNames{Quantity: aws.Int32(1), Items: []string{e.front.Domain(e.staging)}},
	}})
	wantCode(t, "a second policy for a staging distribution", err, "StagingDistributionInUse")
	_, err = e.api.GetContinuousDeploymentPolicy(t.Context(), &cloudfront.GetContinuousDeploymentPolicyInput{Id: aws.String("nope")})
	wantCode(t, "a policy that is not there", err, "NoSuchContinuousDeploymentPolicy")
}

func TestCloudFront_promotionNeedsBothETagsCopiesTheConfigAndDisablesThePolicy(t *testing.T) {
	e := newEdge(t)
	if _, err := e.share(t, 0.15, e.front.Policy(e.policy).ETag); err != nil {
		t.Fatal(err)
	}
	one, two := e.front.Distribution(e.primary), e.front.Distribution(e.staging)
	wantCode(t, "one ETag", e.promote(t, one.ETag), "InvalidIfMatchVersion")
	e.front.SetOriginPath(e.staging, "/v3")
	wantCode(t, "an old staging ETag", e.promote(t, one.ETag+", "+two.ETag), "PreconditionFailed")
	if err := e.promote(t, one.ETag+", "+e.front.Distribution(e.staging).ETag); err != nil {
		t.Fatal(err)
	}
	out, err := e.api.GetDistribution(t.Context(), &cloudfront.GetDistributionInput{Id: &e.primary})
	if err != nil {
		t.Fatal(err)
	}
	config := out.Distribution.DistributionConfig
	if *config.Origins.Items[0].OriginPath != "/v3" || config.Aliases.Items[0] != "shop.example.com" || *config.ContinuousDeploymentPolicyId != e.policy || *config.Staging {
		t.Errorf("the primary has %+v", config)
	}
	if e.front.Policy(e.policy).Enabled {
		t.Error("the policy is still enabled")
	}
	wantCode(t, "the same again", e.promote(t, one.ETag+", "+two.ETag), "PreconditionFailed")
}

func TestCloudFront_theOldConfigCanBeWrittenBackWholeAndNothingElseIsAllowed(t *testing.T) {
	e := newEdge(t)
	before := e.front.Distribution(e.primary)
	kept, err := e.api.GetDistributionConfig(t.Context(), &cloudfront.GetDistributionConfigInput{Id: &e.primary})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.promote(t, before.ETag+","+e.front.Distribution(e.staging).ETag); err != nil {
		t.Fatal(err)
	}
	update := func(config *types.DistributionConfig) error {
		_, err := e.api.UpdateDistribution(t.Context(), &cloudfront.UpdateDistributionInput{
			Id: &e.primary, IfMatch: aws.String(e.front.Distribution(e.primary).ETag), DistributionConfig: config,
		})
		return err
	}
	if err := update(kept.DistributionConfig); err != nil {
		t.Fatal(err)
	}
	if got := e.front.Distribution(e.primary); got.OriginPath != "/v1" || got.PolicyID != e.policy {
		t.Errorf("the primary shows %+v", got)
	}
	other := *kept.DistributionConfig
	other.CallerReference = aws.String("another")
	wantCode(t, "another caller reference", update(&other), "IllegalUpdate")
	other = *kept.DistributionConfig
	other.Staging = aws.Bool(true)
	wantCode(t, "a primary turned staging", update(&other), "IllegalUpdate")
	other = *kept.DistributionConfig
	other.HttpVersion = types.HttpVersionHttp2and3
	wantCode(t, "HTTP/3", update(&other), "InvalidArgument")
	other = *kept.DistributionConfig
	other.ContinuousDeploymentPolicyId = aws.String("nope")
	wantCode(t, "a policy that is not there", update(&other), "NoSuchContinuousDeploymentPolicy")
	_, err = e.api.GetDistribution(t.Context(), &cloudfront.GetDistributionInput{Id: aws.String("nope")})
	wantCode(t, "a distribution that is not there", err, "NoSuchDistribution")
}

func TestCloudFront_changesAreInProgressForAsManyReadsAsTheTestSays(t *testing.T) {
	e := newEdge(t)
	e.front.DeployAfter(2)
	if _, err := e.share(t, 0.05, e.front.Policy(e.policy).ETag); err != nil {
		t.Fatal(err)
	}
	var got []string
	for range 3 {
		out, err := e.api.GetDistribution(t.Context(), &cloudfront.GetDistributionInput{Id: &e.primary})
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, *out.Distribution.Status)
	}
	if diff := cmp.Diff([]string{"InProgress", "InProgress", "Deployed"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestCloudFront_aCopyIsAStagingDistributionWithoutAliases(t *testing.T) {
	e := newEdge(t)
	in := &cloudfront.CopyDistributionInput{
		PrimaryDistributionId: &e.primary, CallerReference: aws.String("copy-1"), Staging: aws.Bool(true), Enabled: aws.Bool(true),
		IfMatch: aws.String(e.front.Distribution(e.primary).ETag),
	}
	out, err := e.api.CopyDistribution(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	config := out.Distribution.DistributionConfig
	if !*config.Staging || *config.Aliases.Quantity != 0 || config.ContinuousDeploymentPolicyId != nil || *config.Origins.Items[0].OriginPath != "/v1" {
		t.Errorf("the copy has %+v", config)
	}
	_, err = e.api.CopyDistribution(t.Context(), in)
	wantCode(t, "the same caller reference", err, "DistributionAlreadyExists")
}

func TestCloudFront_anInvalidationIsMadeOnceForItsReferenceAndPaths(t *testing.T) {
	e := newEdge(t)
	e.front.CompleteAfter(1)
	invalidate := func(reference string, paths ...string) (*types.Invalidation, error) {
		out, err := e.api.CreateInvalidation(t.Context(), &cloudfront.CreateInvalidationInput{
			DistributionId: &e.primary,
			InvalidationBatch: &types.InvalidationBatch{
				CallerReference: &reference, Paths: &types.Paths{Quantity: aws.Int32(int32(len(paths))), Items: paths},
			},
		})
		if err != nil {
			return nil, err
		}
		return out.Invalidation, nil
	}
	one, err := invalidate("R/1", "/canary-config.json")
	if err != nil || *one.Status != "InProgress" {
		t.Fatalf("%+v, %v", one, err)
	}
	again, err := invalidate("R/1", "/canary-config.json")
	if err != nil || *again.Id != *one.Id {
		t.Errorf("a repeat made %+v, %v", again, err)
	}
	_, err = invalidate("R/1", "/other.json")
	wantCode(t, "the reference with other paths", err, "InvalidArgument")
	_, err = invalidate("R/2", "canary-config.json")
	wantCode(t, "a path without slash", err, "InvalidArgument")
	var got []string
	for range 2 {
		out, err := e.api.GetInvalidation(t.Context(), &cloudfront.GetInvalidationInput{DistributionId: &e.primary, Id: one.Id})
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, *out.Invalidation.Status)
	}
	if diff := cmp.Diff([]string{"InProgress", "Completed"}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]awstest.InvalidationState{{CallerReference: "R/1", Paths: []string{"/canary-config.json"}}}, e.front.Invalidations(e.primary)); diff != "" {
		t.Error(diff)
	}
}

func TestCloudFront_answersNameTheResourceIAMChecks(t *testing.T) {
	e := newEdge(t)
	var got []string
	watch := func(o *cloudfront.Options) { o.HTTPClient = watchResource{into: &got} }
	_, _ = e.api.GetDistribution(t.Context(), &cloudfront.GetDistributionInput{Id: &e.primary}, watch)
	_, _ = e.api.GetContinuousDeploymentPolicy(t.Context(), &cloudfront.GetContinuousDeploymentPolicyInput{Id: &e.policy}, watch)
	e.front.RefuseNext("GetDistribution", 503, "ServiceUnavailable")
	_, err := e.api.GetDistribution(t.Context(), &cloudfront.GetDistributionInput{Id: &e.primary}, watch)
	wantCode(t, "GetDistribution", err, "ServiceUnavailable")
	_, err = e.api.ListFunctions(t.Context(), &cloudfront.ListFunctionsInput{})
	wantCode(t, "an operation it does not know", err, "UnknownOperationException")
	distribution := "arn:aws:cloudfront::123456789012:distribution/" + e.primary
	want := []string{distribution, "arn:aws:cloudfront::123456789012:continuous-deployment-policy/" + e.policy, distribution}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
