package awstest_test

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

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
