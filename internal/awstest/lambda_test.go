package awstest_test

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

const checkoutARN = "arn:aws:lambda:us-east-1:123456789012:function:checkout"

// checkout makes function checkout with versions 1, 2, 3 and alias live on 1.
func checkout(t *testing.T) (*awstest.Lambda, *awstest.Ledger, *lambda.Client) {
	t.Helper()
	ledger := awstest.NewLedger(fixedClock)
	l := awstest.NewLambda("123456789012", "us-east-1", ledger, fixedClock)
	l.CreateFunction("checkout", awstest.FunctionConfig{Code: "v1"})
	for _, code := range []string{"v1", "v2", "v3"} {
		l.PublishVersion("checkout", func(c *awstest.FunctionConfig) { c.Code = code })
	}
	l.CreateAlias("checkout", "live", "1")
	return l, ledger, lambda.NewFromConfig(alone(t, l, "AKIDWORKER"))
}

func getLive(t *testing.T, api *lambda.Client) *lambda.GetAliasOutput {
	t.Helper()
	out, err := api.GetAlias(t.Context(), &lambda.GetAliasInput{FunctionName: aws.String("checkout"), Name: aws.String("live")})
	if err != nil {
		t.Fatalf("GetAlias: %v", err)
	}
	return out
}

func updateLive(version string, weights map[string]float64, revision string) *lambda.UpdateAliasInput {
	in := &lambda.UpdateAliasInput{FunctionName: aws.String("checkout"), Name: aws.String("live")}
	if version != "" {
		in.FunctionVersion = &version
	}
	if weights != nil {
		in.RoutingConfig = &types.AliasRoutingConfiguration{AdditionalVersionWeights: weights}
	}
	if revision != "" {
		in.RevisionId = &revision
	}
	return in
}

func mustUpdate(t *testing.T, api *lambda.Client, in *lambda.UpdateAliasInput) *lambda.UpdateAliasOutput {
	t.Helper()
	out, err := api.UpdateAlias(t.Context(), in)
	if err != nil {
		t.Fatalf("UpdateAlias: %v", err)
	}
	return out
}

func TestLambda_updateAliasMovesTheFenceEveryTime(t *testing.T) {
	_, ledger, api := checkout(t)
	first := getLive(t, api)
	seen := []string{*first.RevisionId}
	for _, w := range []map[string]float64{{"2": 0.1}, {"2": 0.1}, {}, {}} {
		out := mustUpdate(t, api, updateLive("1", w, seen[len(seen)-1]))
		if slices.Contains(seen, *out.RevisionId) {
			t.Fatalf("weights %v: RevisionId %s was there before", w, *out.RevisionId)
		}
		if got := getLive(t, api); *got.RevisionId != *out.RevisionId {
			t.Fatalf("GetAlias says %s, UpdateAlias said %s", *got.RevisionId, *out.RevisionId)
		}
		seen = append(seen, *out.RevisionId)
	}
	_, err := api.UpdateAlias(t.Context(), updateLive("2", nil, seen[0]))
	if moved := (*types.PreconditionFailedException)(nil); !errors.As(err, &moved) {
		t.Fatalf("with an old RevisionId: %v, want PreconditionFailedException", err)
	}
	if n := len(ledger.Changes()); n != 5 {
		t.Errorf("ledger has %d changes, want the alias's creation and four updates", n)
	}
}

func TestLambda_routingLeftOutStaysAndEmptyClears(t *testing.T) {
	_, _, api := checkout(t)
	mustUpdate(t, api, updateLive("1", map[string]float64{"2": 0.25}, ""))

	kept := mustUpdate(t, api, &lambda.UpdateAliasInput{
		FunctionName: aws.String("checkout"), Name: aws.String("live"), Description: aws.String("kept"),
	})
	if kept.RoutingConfig == nil || kept.RoutingConfig.AdditionalVersionWeights["2"] != 0.25 || *kept.FunctionVersion != "1" {
		t.Errorf("a description alone changed the routing: %+v", kept)
	}
	cleared := mustUpdate(t, api, updateLive("2", map[string]float64{}, ""))
	if cleared.RoutingConfig != nil || *cleared.FunctionVersion != "2" || *cleared.Description != "kept" {
		t.Errorf("an empty map did not clear the routing, or more than it: %+v", cleared)
	}
}

func TestLambda_ledgerKeepsWhatWasApplied(t *testing.T) {
	l, ledger, api := checkout(t)
	mustUpdate(t, api, updateLive("1", map[string]float64{"2": 0.25}, ""))
	l.SetAlias("checkout", "live", "3", nil)
	var got []awstest.Change
	for _, c := range ledger.Changes() {
		state, ok := c.State.(awstest.AliasState)
		if !ok {
			t.Fatalf("state %T", c.State)
		}
		state.RevisionID = ""
		c.State = state
		got = append(got, c)
	}
	entry := func(n int, actor string, s awstest.AliasState) awstest.Change {
		return awstest.Change{N: n, At: fixedClock(), Actor: actor, Kind: "alias", Resource: checkoutARN + ":live", State: s}
	}
	want := []awstest.Change{
		entry(1, awstest.SetupActor, awstest.AliasState{FunctionVersion: "1"}),
		entry(2, "AKIDWORKER", awstest.AliasState{FunctionVersion: "1", Weights: map[string]float64{"2": 0.25}}),
		entry(3, awstest.ForeignActor, awstest.AliasState{FunctionVersion: "3"}),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(ledger.Changes()[2].State, any(l.Alias("checkout", "live"))); diff != "" {
		t.Error(diff)
	}
}

func TestLambda_refusesRoutingLambdaWouldRefuse(t *testing.T) {
	l, ledger, api := checkout(t)
	role := l.PublishVersion("checkout", func(c *awstest.FunctionConfig) { c.Role = "arn:aws:iam::123456789012:role/other" })
	queue := l.PublishVersion("checkout", func(c *awstest.FunctionConfig) {
		c.Role, c.DeadLetterTarget = "arn:aws:iam::123456789012:role/checkout", "arn:aws:sqs:us-east-1:123456789012:dead"
	})
	before := len(ledger.Changes())
	for name, in := range map[string]*lambda.UpdateAliasInput{
		"two extra versions":                updateLive("1", map[string]float64{"2": 0.1, "3": 0.1}, ""),
		"$LATEST as the extra version":      updateLive("1", map[string]float64{"$LATEST": 0.1}, ""),
		"$LATEST with an extra version":     updateLive("$LATEST", map[string]float64{"2": 0.1}, ""),
		"the same version twice":            updateLive("2", map[string]float64{"2": 0.1}, ""),
		"a weight above 1":                  updateLive("1", map[string]float64{"2": 1.5}, ""),
		"a weight below 0":                  updateLive("1", map[string]float64{"2": -0.1}, ""),
		"another execution role":            updateLive("1", map[string]float64{role: 0.1}, ""),
		"another dead-letter configuration": updateLive("1", map[string]float64{queue: 0.1}, ""),
	} {
		_, err := api.UpdateAlias(t.Context(), in)
		if invalid := (*types.InvalidParameterValueException)(nil); !errors.As(err, &invalid) {
			t.Errorf("%s: %v, want InvalidParameterValueException", name, err)
		}
	}
	for name, in := range map[string]*lambda.UpdateAliasInput{
		"a missing version":       updateLive("9", nil, ""),
		"a missing extra version": updateLive("1", map[string]float64{"9": 0.1}, ""),
	} {
		_, err := api.UpdateAlias(t.Context(), in)
		wantNotFound(t, name, err)
	}
	if len(ledger.Changes()) != before {
		t.Errorf("a refused update was applied: %+v", ledger.Changes()[before:])
	}
}

func TestLambda_keptRoutingIsValidatedAgainstTheNewVersion(t *testing.T) {
	_, _, api := checkout(t)
	mustUpdate(t, api, updateLive("1", map[string]float64{"2": 0.25}, ""))
	_, err := api.UpdateAlias(t.Context(), updateLive("2", nil, ""))
	if invalid := (*types.InvalidParameterValueException)(nil); !errors.As(err, &invalid) {
		t.Errorf("moving to 2 with the routing kept: %v, want InvalidParameterValueException", err)
	}
}

func wantNotFound(t *testing.T, what string, err error) {
	t.Helper()
	if missing := (*types.ResourceNotFoundException)(nil); !errors.As(err, &missing) {
		t.Errorf("%s: %v, want ResourceNotFoundException", what, err)
	}
}

func TestLambda_missingFunctionAliasAndVersionAreNotFound(t *testing.T) {
	l, _, api := checkout(t)
	_, err := api.GetAlias(t.Context(), &lambda.GetAliasInput{FunctionName: aws.String("other"), Name: aws.String("live")})
	wantNotFound(t, "GetAlias, function", err)
	_, err = api.GetAlias(t.Context(), &lambda.GetAliasInput{FunctionName: aws.String("checkout"), Name: aws.String("test")})
	wantNotFound(t, "GetAlias, alias", err)
	_, err = api.GetFunctionConfiguration(t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: aws.String("checkout"), Qualifier: aws.String("9")})
	wantNotFound(t, "GetFunctionConfiguration, version", err)
	l.DeleteVersion("checkout", "3")
	_, err = api.GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: aws.String("checkout"), Qualifier: aws.String("3")})
	wantNotFound(t, "GetFunction, deleted version", err)
	_, err = api.ListVersionsByFunction(t.Context(), &lambda.ListVersionsByFunctionInput{FunctionName: aws.String("other")})
	wantNotFound(t, "ListVersionsByFunction", err)
	_, err = api.PublishVersion(t.Context(), &lambda.PublishVersionInput{FunctionName: aws.String("other")})
	wantNotFound(t, "PublishVersion", err)
	_, err = api.GetProvisionedConcurrencyConfig(t.Context(), &lambda.GetProvisionedConcurrencyConfigInput{FunctionName: aws.String("checkout"), Qualifier: aws.String("9")})
	wantNotFound(t, "GetProvisionedConcurrencyConfig, version", err)
	elsewhere := func(o *lambda.Options) { o.Region = "eu-west-1" }
	_, err = api.GetAlias(t.Context(), &lambda.GetAliasInput{FunctionName: aws.String("checkout"), Name: aws.String("live")}, elsewhere)
	wantNotFound(t, "GetAlias in another region", err)
	l.DeleteAlias("checkout", "live")
	_, err = api.UpdateAlias(t.Context(), updateLive("2", nil, ""))
	wantNotFound(t, "UpdateAlias, deleted alias", err)
}

func TestLambda_functionIsFoundByNameARNAndPartialARN(t *testing.T) {
	_, _, api := checkout(t)
	for _, name := range []string{"checkout", checkoutARN, "123456789012:function:checkout"} {
		out, err := api.GetFunctionConfiguration(t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: &name, Qualifier: aws.String("2")})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if *out.FunctionArn != checkoutARN+":2" || *out.Version != "2" {
			t.Errorf("%s: got %s version %s", name, *out.FunctionArn, *out.Version)
		}
	}
}

func TestLambda_qualifierOfAnAliasGivesItsVersionAndRevision(t *testing.T) {
	l, _, api := checkout(t)
	out, err := api.GetFunctionConfiguration(t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: aws.String("checkout"), Qualifier: aws.String("live")})
	if err != nil {
		t.Fatal(err)
	}
	if *out.Version != "1" || *out.RevisionId != l.Alias("checkout", "live").RevisionID || out.State != types.StateActive {
		t.Errorf("got version %s revision %s state %s", *out.Version, *out.RevisionId, out.State)
	}
	whole, err := api.GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: aws.String("checkout")})
	if err != nil {
		t.Fatal(err)
	}
	if *whole.Configuration.Version != "$LATEST" || *whole.Configuration.FunctionArn != checkoutARN {
		t.Errorf("without a qualifier: %s of %s", *whole.Configuration.Version, *whole.Configuration.FunctionArn)
	}
}

func TestLambda_publishOfAnUnchangedFunctionReturnsTheLastVersion(t *testing.T) {
	l, _, api := checkout(t)
	publish := func() string {
		t.Helper()
		out, err := api.PublishVersion(t.Context(), &lambda.PublishVersionInput{FunctionName: aws.String("checkout")})
		if err != nil {
			t.Fatal(err)
		}
		return *out.Version
	}
	if got := publish(); got != "3" {
		t.Errorf("unchanged: published %s, want 3 again", got)
	}
	l.ChangeFunction("checkout", func(c *awstest.FunctionConfig) { c.Environment = map[string]string{"FLAG": "on"} })
	if got := publish(); got != "4" {
		t.Errorf("with another configuration: published %s, want 4", got)
	}
	l.DeleteVersion("checkout", "4")
	if got := publish(); got != "5" {
		t.Errorf("after deleting 4: published %s, want 5", got)
	}
}

func TestLambda_publishIsFencedByRevisionAndHash(t *testing.T) {
	l, _, api := checkout(t)
	_, err := api.PublishVersion(t.Context(), &lambda.PublishVersionInput{FunctionName: aws.String("checkout"), RevisionId: aws.String("stale")})
	if moved := (*types.PreconditionFailedException)(nil); !errors.As(err, &moved) {
		t.Errorf("stale RevisionId: %v", err)
	}
	_, err = api.PublishVersion(t.Context(), &lambda.PublishVersionInput{FunctionName: aws.String("checkout"), CodeSha256: aws.String("other")})
	if invalid := (*types.InvalidParameterValueException)(nil); !errors.As(err, &invalid) {
		t.Errorf("other CodeSha256: %v", err)
	}
	l.ChangeFunction("checkout", func(c *awstest.FunctionConfig) { c.LastUpdateStatus = "InProgress" })
	_, err = api.PublishVersion(t.Context(), &lambda.PublishVersionInput{FunctionName: aws.String("checkout")})
	if busy := (*types.ResourceConflictException)(nil); !errors.As(err, &busy) {
		t.Errorf("update in progress: %v", err)
	}
}

func TestLambda_versionsComeInPages(t *testing.T) {
	_, _, api := checkout(t)
	var got []string
	pages := lambda.NewListVersionsByFunctionPaginator(api, &lambda.ListVersionsByFunctionInput{FunctionName: aws.String("checkout"), MaxItems: aws.Int32(3)})
	n := 0
	for ; pages.HasMorePages(); n++ {
		out, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range out.Versions {
			got = append(got, *v.Version)
		}
	}
	if diff := cmp.Diff([]string{"$LATEST", "1", "2", "3"}, got); diff != "" || n != 2 {
		t.Errorf("%d pages: %s", n, diff)
	}
	_, err := api.ListVersionsByFunction(t.Context(), &lambda.ListVersionsByFunctionInput{FunctionName: aws.String("checkout"), Marker: aws.String("made up")})
	if invalid := (*types.InvalidParameterValueException)(nil); !errors.As(err, &invalid) {
		t.Errorf("a marker never given out: %v", err)
	}
}

func TestLambda_fiftyVersionsAPageAtMost(t *testing.T) {
	l, _, api := checkout(t)
	for range 50 {
		l.PublishVersion("checkout", func(c *awstest.FunctionConfig) { c.Code += "+" })
	}
	out, err := api.ListVersionsByFunction(t.Context(), &lambda.ListVersionsByFunctionInput{FunctionName: aws.String("checkout"), MaxItems: aws.Int32(1000)})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Versions) != 50 || out.NextMarker == nil {
		t.Errorf("got %d versions, marker %v", len(out.Versions), out.NextMarker)
	}
}

func TestLambda_aliasesAreCreatedOnceAndListed(t *testing.T) {
	_, ledger, api := checkout(t)
	create := func(name, version string) error {
		_, err := api.CreateAlias(t.Context(), &lambda.CreateAliasInput{
			FunctionName: aws.String("checkout"), Name: &name, FunctionVersion: &version,
			RoutingConfig: &types.AliasRoutingConfiguration{AdditionalVersionWeights: map[string]float64{"3": 0.5}},
		})
		return err
	}
	if err := create("test", "2"); err != nil {
		t.Fatal(err)
	}
	if busy := (*types.ResourceConflictException)(nil); !errors.As(create("test", "2"), &busy) {
		t.Error("a second alias of that name was not refused with ResourceConflictException")
	}
	if err := create("42", "2"); err == nil {
		t.Error("an alias whose name is a number was accepted")
	}
	got := map[string]string{}
	pages := lambda.NewListAliasesPaginator(api, &lambda.ListAliasesInput{FunctionName: aws.String("checkout"), MaxItems: aws.Int32(1)})
	for pages.HasMorePages() {
		out, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range out.Aliases {
			got[*a.Name] = *a.FunctionVersion
		}
	}
	if want := map[string]string{"live": "1", "test": "2"}; !maps.Equal(got, want) {
		t.Errorf("aliases %v, want %v", got, want)
	}
	out, err := api.ListAliases(t.Context(), &lambda.ListAliasesInput{FunctionName: aws.String("checkout"), FunctionVersion: aws.String("3")})
	if err != nil || len(out.Aliases) != 1 || *out.Aliases[0].Name != "test" {
		t.Errorf("aliases of version 3: %+v, %v", out, err)
	}
	if last := ledger.Changes()[1]; last.Actor != "AKIDWORKER" || last.Resource != checkoutARN+":test" {
		t.Errorf("ledger says %+v", last)
	}
}

func TestLambda_provisionedConcurrencyBecomesReady(t *testing.T) {
	l, _, api := checkout(t)
	read := func(qualifier string) (*lambda.GetProvisionedConcurrencyConfigOutput, error) {
		return api.GetProvisionedConcurrencyConfig(t.Context(), &lambda.GetProvisionedConcurrencyConfigInput{FunctionName: aws.String("checkout"), Qualifier: &qualifier})
	}
	_, err := read("2")
	if none := (*types.ProvisionedConcurrencyConfigNotFoundException)(nil); !errors.As(err, &none) {
		t.Errorf("without a configuration: %v", err)
	}
	_, err = read("$LATEST")
	if invalid := (*types.InvalidParameterValueException)(nil); !errors.As(err, &invalid) {
		t.Errorf("$LATEST: %v", err)
	}
	l.SetProvisioned("checkout", "2", awstest.Provisioned{Requested: 5, Status: "IN_PROGRESS", ReadyAfter: 2})
	l.SetProvisioned("checkout", "live", awstest.Provisioned{Requested: 5, Status: "FAILED", StatusReason: "no capacity"})
	for i, want := range []types.ProvisionedConcurrencyStatusEnum{"IN_PROGRESS", "IN_PROGRESS", "READY", "READY"} {
		out, err := read("2")
		if err != nil {
			t.Fatal(err)
		}
		if out.Status != want || (*out.AvailableProvisionedConcurrentExecutions == 5) != (want == "READY") {
			t.Errorf("read %d: %s, %d available", i, out.Status, *out.AvailableProvisionedConcurrentExecutions)
		}
	}
	out, err := read("live")
	if err != nil || out.Status != types.ProvisionedConcurrencyStatusEnumFailed || *out.StatusReason != "no capacity" {
		t.Errorf("alias: %+v, %v", out, err)
	}
}

func TestLambda_staleReadsShowTheStateBefore(t *testing.T) {
	l, _, api := checkout(t)
	l.StaleReads(2)
	old := *getLive(t, api).RevisionId
	now := *mustUpdate(t, api, updateLive("2", nil, "")).RevisionId
	var got []string
	for range 3 {
		got = append(got, *getLive(t, api).RevisionId)
	}
	if diff := cmp.Diff([]string{old, old, now}, got); diff != "" {
		t.Error(diff)
	}
	_, err := api.UpdateAlias(t.Context(), updateLive("1", nil, old))
	if moved := (*types.PreconditionFailedException)(nil); !errors.As(err, &moved) {
		t.Errorf("with the RevisionId of a stale read: %v, want PreconditionFailedException", err)
	}
}

func TestLambda_sameWriteCanLeaveTheRevision(t *testing.T) {
	l, _, api := checkout(t)
	l.KeepRevisionOnSameWrite(true)
	old := *getLive(t, api).RevisionId
	if got := *mustUpdate(t, api, updateLive("1", map[string]float64{}, "")).RevisionId; got != old {
		t.Error("the same write moved the revision")
	}
	marked := updateLive("1", map[string]float64{}, "")
	marked.Description = aws.String("restored ·1")
	if got := *mustUpdate(t, api, marked).RevisionId; got == old {
		t.Error("a write that differs in its description did not move the revision")
	}
}

func TestLambda_updateInProgressIsAConflict(t *testing.T) {
	l, _, api := checkout(t)
	l.RefuseUpdates("checkout", "live", 1)
	_, err := api.UpdateAlias(t.Context(), updateLive("2", nil, ""))
	if busy := (*types.ResourceConflictException)(nil); !errors.As(err, &busy) {
		t.Errorf("got %v, want ResourceConflictException", err)
	}
	mustUpdate(t, api, updateLive("2", nil, ""))
}

func TestLambda_unknownOperationIsNoServerError(t *testing.T) {
	_, _, api := checkout(t)
	_, err := api.GetAccountSettings(t.Context(), &lambda.GetAccountSettingsInput{})
	if unknown := smithy.APIError(nil); !errors.As(err, &unknown) || unknown.ErrorCode() != "UnknownOperationException" {
		t.Errorf("got %v, want UnknownOperationException", err)
	}
}

func TestLambda_answersNameTheResourceIAMChecks(t *testing.T) {
	l, _, api := checkout(t)
	l.SetProvisioned("checkout", "live", awstest.Provisioned{Requested: 1, Status: "READY"})
	var got []string
	watch := func(o *lambda.Options) { o.HTTPClient = watchResource{into: &got} }
	_, _ = api.GetAlias(t.Context(), &lambda.GetAliasInput{FunctionName: aws.String("checkout"), Name: aws.String("live")}, watch)
	_, _ = api.UpdateAlias(t.Context(), updateLive("2", nil, ""), watch)
	_, _ = api.GetProvisionedConcurrencyConfig(t.Context(), &lambda.GetProvisionedConcurrencyConfigInput{FunctionName: aws.String("checkout"), Qualifier: aws.String("live")}, watch)
	if diff := cmp.Diff([]string{checkoutARN, checkoutARN, checkoutARN + ":live"}, got); diff != "" {
		t.Error(diff)
	}
}
