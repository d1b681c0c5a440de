package awstest_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// domain is a zone with two weighted records of one name, 255 on blue and 0 on green.
type domain struct {
	t      *testing.T
	stand  *awstest.Route53
	ledger *awstest.Ledger
	api    *route53.Client
	zone   string
	asked  []string
}

func openDomain(t *testing.T) *domain {
	t.Helper()
	d := &domain{t: t, ledger: awstest.NewLedger(fixedClock)}
	d.stand = awstest.NewRoute53(d.ledger, fixedClock)
	d.zone = d.stand.CreateZone("example.com")
	d.stand.PutRecord(d.zone, awstest.WeightedRecord("shop.example.com", "CNAME", "blue", 255, "blue.example.com"))
	d.stand.PutRecord(d.zone, awstest.WeightedRecord("shop.example.com", "CNAME", "green", 0, "green.example.com"))
	of := alone(t, d.stand, "WORKER")
	of.HTTPClient = watchResource{into: &d.asked}
	d.api = route53.NewFromConfig(of)
	return d
}

func (d *domain) list(in route53.ListResourceRecordSetsInput) *route53.ListResourceRecordSetsOutput {
	d.t.Helper()
	in.HostedZoneId = &d.zone
	return must[*route53.ListResourceRecordSetsOutput](d.t)(d.api.ListResourceRecordSets(d.t.Context(), &in))
}

// shop is the zone's weighted records as the API tells them.
func (d *domain) shop() []types.ResourceRecordSet {
	d.t.Helper()
	return d.list(route53.ListResourceRecordSetsInput{StartRecordName: aws.String("shop.example.com"), StartRecordType: types.RRTypeCname}).ResourceRecordSets
}

func (d *domain) change(changes ...types.Change) (*types.ChangeInfo, error) {
	out, err := d.api.ChangeResourceRecordSets(d.t.Context(), &route53.ChangeResourceRecordSetsInput{
		HostedZoneId: &d.zone, ChangeBatch: &types.ChangeBatch{Changes: changes},
	})
	if err != nil {
		return nil, err
	}
	return out.ChangeInfo, nil
}

func of(action types.ChangeAction, set types.ResourceRecordSet) types.Change {
	return types.Change{Action: action, ResourceRecordSet: &set}
}

// weighing is a record with another weight.
func weighing(set types.ResourceRecordSet, weight int64) types.ResourceRecordSet {
	set.Weight = &weight
	return set
}

func (d *domain) refused(what string, err error, says string) {
	d.t.Helper()
	batch, ok := errors.AsType[*types.InvalidChangeBatch](err)
	if !ok || !strings.Contains(strings.Join(batch.Messages, "\n"), says) {
		d.t.Errorf("%s: %v, want InvalidChangeBatch that says %q", what, err, says)
	}
}

func TestRoute53_deleteAndCreateAreAFence(t *testing.T) {
	d := openDomain(t)
	read := d.shop()
	shift := func(to int64) error {
		_, err := d.change(
			of(types.ChangeActionDelete, read[0]), of(types.ChangeActionDelete, read[1]),
			of(types.ChangeActionCreate, weighing(read[0], 255-to)), of(types.ChangeActionCreate, weighing(read[1], to)),
		)
		return err
	}
	if err := shift(25); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int64{"blue": 230, "green": 25}, d.stand.Weights(d.zone, "shop.example.com", "CNAME")); diff != "" {
		t.Error(diff)
	}
	d.refused("a write with the records of before", shift(50), "do not match the current values")
	if diff := cmp.Diff(map[string]int64{"blue": 230, "green": 25}, d.stand.Weights(d.zone, "shop.example.com", "CNAME")); diff != "" {
		t.Errorf("a batch that was refused changed something: %s", diff)
	}
	last := d.ledger.Changes()
	state, ok := last[len(last)-1].State.(awstest.RecordSetState)
	if !ok || state.Name != "shop.example.com." || len(state.Records) != 2 || *state.Records[1].Weight != 25 {
		t.Errorf("ledger: %+v", last[len(last)-1])
	}
}

func TestRoute53_aBatchIsRefusedWholeWithEachMessage(t *testing.T) {
	d := openDomain(t)
	read := d.shop()
	other := read[0]
	other.SetIdentifier = aws.String("red")
	_, err := d.change(of(types.ChangeActionDelete, other), of(types.ChangeActionCreate, read[1]))
	d.refused("delete", err, "set-identifier='red'] but it was not found")
	d.refused("create", err, "set-identifier='green'] but it already exists")
	_, err = d.change(of(types.ChangeActionUpsert, weighing(read[0], 256)))
	d.refused("weight", err, "between 0 and 255")
	plain := read[0]
	plain.SetIdentifier, plain.Weight = nil, nil
	_, err = d.change(of(types.ChangeActionCreate, plain))
	d.refused("plain beside weighted", err, "cannot be created")
	ttl := read[0]
	ttl.TTL = nil
	_, err = d.change(of(types.ChangeActionUpsert, ttl))
	d.refused("no TTL", err, "must have a TTL")
	foreign := read[0]
	foreign.Name = aws.String("shop.example.org")
	_, err = d.change(of(types.ChangeActionCreate, foreign))
	d.refused("another zone", err, "not permitted in zone")
	checked := read[0]
	checked.HealthCheckId = aws.String("none")
	_, err = d.change(of(types.ChangeActionUpsert, checked))
	d.refused("health check", err, "No health check")
}

func TestRoute53_upsertRepeats(t *testing.T) {
	d := openDomain(t)
	for range 2 {
		if _, err := d.change(of(types.ChangeActionUpsert, weighing(d.shop()[1], 10))); err != nil {
			t.Fatal(err)
		}
	}
	if got := d.stand.Weights(d.zone, "shop.example.com", "CNAME")["green"]; got != 10 {
		t.Errorf("weight %d", got)
	}
}

func TestRoute53_aChangeIsPendingBeforeItIsInSync(t *testing.T) {
	d := openDomain(t)
	d.stand.InSyncAfter(2)
	made, err := d.change(of(types.ChangeActionUpsert, weighing(d.shop()[1], 10)))
	if err != nil {
		t.Fatal(err)
	}
	seen := []types.ChangeStatus{made.Status}
	for range 3 {
		out := must[*route53.GetChangeOutput](t)(d.api.GetChange(t.Context(), &route53.GetChangeInput{Id: made.Id}))
		seen = append(seen, out.ChangeInfo.Status)
	}
	if diff := cmp.Diff([]types.ChangeStatus{"PENDING", "PENDING", "PENDING", "INSYNC"}, seen); diff != "" {
		t.Error(diff)
	}
	_, err = d.api.GetChange(t.Context(), &route53.GetChangeInput{Id: aws.String("C1")})
	wantError[*types.NoSuchChange](t, err)
}

func TestRoute53_listsFromARecordOn(t *testing.T) {
	d := openDomain(t)
	d.stand.PutRecord(d.zone, awstest.WeightedRecord("*.example.com", "A", "one", 1, "192.0.2.1"))
	if got := d.list(route53.ListResourceRecordSetsInput{}).ResourceRecordSets; len(got) != 3 || *got[0].Name != `\052.example.com.` {
		t.Errorf("%+v", got)
	}
	var sets []string
	in := route53.ListResourceRecordSetsInput{StartRecordName: aws.String("SHOP.example.com"), StartRecordType: types.RRTypeCname, MaxItems: aws.Int32(1)}
	for {
		out := d.list(in)
		sets = append(sets, *out.ResourceRecordSets[0].SetIdentifier)
		if !out.IsTruncated {
			break
		}
		in.StartRecordName, in.StartRecordType, in.StartRecordIdentifier = out.NextRecordName, out.NextRecordType, out.NextRecordIdentifier
	}
	if diff := cmp.Diff([]string{"blue", "green"}, sets); diff != "" {
		t.Error(diff)
	}
}

func TestRoute53_refusesAndNamesWhatIAMChecks(t *testing.T) {
	d := openDomain(t)
	d.stand.Refuse("ChangeResourceRecordSets", "PriorRequestNotComplete")
	_, err := d.change(of(types.ChangeActionUpsert, weighing(d.shop()[1], 10)))
	wantError[*types.PriorRequestNotComplete](t, err)
	gone := "Z0"
	_, err = d.api.GetHostedZone(t.Context(), &route53.GetHostedZoneInput{Id: &gone})
	wantError[*types.NoSuchHostedZone](t, err)
	zone := "arn:aws:route53:::hostedzone/"
	if diff := cmp.Diff([]string{zone + d.zone, zone + d.zone, zone + gone}, d.asked); diff != "" {
		t.Error(diff)
	}
}
