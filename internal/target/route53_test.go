package target_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/internal/porttest"
	"github.com/serinhq/serin/internal/target"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// domain is a zone with two weighted records of one name, and another name's beside them.
type domain struct {
	world  *awstest.World
	dns    *awstest.Route53
	zone   string
	target worker.Target
}

const shopName = "shop.example.com"

func openDomain(t *testing.T, blue, green int64) domain {
	t.Helper()
	d := domain{world: awstest.Start(t, awstest.WithoutEngines())}
	d.dns = awstest.NewRoute53(d.world.Ledger(), d.world.Clock())
	d.world.Register(d.dns)
	d.zone = d.dns.CreateZone("example.com")
	d.dns.CreateHealthCheck("check-1")
	checked := awstest.WeightedRecord(shopName, "A", "blue", blue, "192.0.2.1")
	checked.HealthCheckID = "check-1"
	d.dns.PutRecord(d.zone, checked)
	d.dns.PutRecord(d.zone, awstest.WeightedRecord(shopName, "A", "green", green, "192.0.2.2"))
	d.dns.PutRecord(d.zone, awstest.WeightedRecord(shopName, "AAAA", "blue", 7, "2001:db8::1"))
	d.dns.PutRecord(d.zone, awstest.WeightedRecord("a."+shopName, "A", "blue", 7, "192.0.2.9"))
	d.target = openTarget(t, clients{d.world}, "route53", target.Route53Config{
		Zone: d.zone, Name: "Shop.example.com.", Type: "A", Sets: [2]string{"blue", "green"},
	})
	return d
}

// shows is the split in the world, read without the adapter.
func (d domain) shows() statemachine.Split {
	w := d.dns.Weights(d.zone, shopName, "A")
	stable, canary := "blue", "green"
	if w["green"] > w["blue"] {
		stable, canary = canary, stable
	}
	return statemachine.Split{Stable: stable, Canary: canary, WeightPct: statemachine.Pct(100 * float64(w[canary]) / float64(w["blue"]+w["green"]))}
}

// raw is all of both records but their fence, the sum of the weights.
func (d domain) raw(t *testing.T) string {
	t.Helper()
	records := d.dns.Records(d.zone, shopName, "A")
	sum := int64(0)
	for _, r := range records {
		sum += *r.Weight
	}
	for i := range records {
		records[i].Weight = aws.Int64(*records[i].Weight * 1000 / max(1, sum))
	}
	return pretty(t, records)
}

func (d domain) set(blue, green int64) {
	for set, weight := range map[string]int64{"blue": blue, "green": green} {
		for _, r := range d.dns.Records(d.zone, shopName, "A") {
			if r.SetIdentifier == set {
				r.Weight = &weight
				d.dns.SetRecord(d.zone, r)
			}
		}
	}
}

func (d domain) harness() porttest.TargetHarness {
	return porttest.TargetHarness{
		Target: d.target, Old: "blue", New: "green", Fenced: true, SwapsRoles: true, Faults: faults(d.world),
		Resolves: map[string]string{"4f0c1d2": "4f0c1d2"}, Invalid: []string{""},
		Shows:   func(*testing.T) statemachine.Split { return d.shows() },
		Raw:     d.raw,
		Written: func(*testing.T) int { return written(d.world, "record-set") },
		Foreign: func(_ *testing.T, split statemachine.Split) {
			canary := int64(split.WeightPct * 2)
			d.set(200-canary, canary)
		},
		Remove: func(t *testing.T) {
			t.Helper()
			d.dns.DeleteRecord(d.zone, d.dns.Records(d.zone, shopName, "A")[1])
		},
		Unfit: func(*testing.T) {
			d.dns.PutRecord(d.zone, awstest.WeightedRecord(shopName, "A", "third", 1, "192.0.2.3"))
		},
	}
}

func TestRoute53_isATarget(t *testing.T) {
	for name, weights := range map[string][2]int64{"of a hundred": {100, 0}, "of one": {1, 0}, "of the most": {255, 0}} {
		t.Run(name, func(t *testing.T) {
			porttest.Target(t, func(t *testing.T) porttest.TargetHarness {
				t.Helper()
				return openDomain(t, weights[0], weights[1]).harness()
			})
		})
	}
}

func (d domain) observe(t *testing.T) (statemachine.Split, worker.Token) {
	t.Helper()
	split, token, err := d.target.Observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return split, token
}

func (d domain) preflight(t *testing.T, weightsPct ...float64) (statemachine.Split, worker.TargetFinding) {
	t.Helper()
	restore, _ := d.observe(t)
	finding, err := d.target.Preflight(t.Context(), worker.TargetPreflight{Shows: restore, WeightsPct: weightsPct})
	if err != nil {
		t.Fatal(err)
	}
	restore.Form = finding.Form
	return restore, finding
}

func (d domain) write(t *testing.T, split statemachine.Split, token worker.Token) {
	t.Helper()
	if err := d.target.Write(t.Context(), worker.Want{Split: split}, token); err != nil {
		t.Fatal(err)
	}
}

// A batch that was decided before the restore must not fit afterwards, wherever the restore came from.
func TestRoute53_noLateBatchFitsAfterARestore(t *testing.T) {
	for _, weightPct := range []float64{1, 10, 25, 50, 100} {
		d := openDomain(t, 100, 0)
		restore, _ := d.preflight(t, weightPct)
		_, early := d.observe(t)
		step := statemachine.Split{Stable: "blue", Canary: "green", WeightPct: weightPct, Form: restore.Form}
		d.write(t, step, early)
		for range 3 {
			_, token := d.observe(t)
			d.write(t, restore, token)
			_, now := d.observe(t)
			if now == early || now == token {
				t.Fatalf("from %g%%: the fence is where it was: %v", weightPct, d.dns.Weights(d.zone, shopName, "A"))
			}
			if err := d.target.Write(t.Context(), worker.Want{Split: step}, early); !errors.Is(err, worker.ErrConflict) {
				t.Fatalf("from %g%%: the early batch ends with %v", weightPct, err)
			}
		}
	}
}

// Whoever changes a record between the adapter's read and its batch makes the batch fail.
func TestRoute53_batchNamesTheRecordsAsTheyWereRead(t *testing.T) {
	d := openDomain(t, 100, 0)
	_, token := d.observe(t)
	d.world.Before(func(c awstest.Call) {
		if c.Operation == "ChangeResourceRecordSets" {
			d.set(90, 10)
		}
	})
	err := d.target.Write(t.Context(), worker.Want{Split: statemachine.Split{Stable: "blue", Canary: "green", WeightPct: 50}}, token)
	if !errors.Is(err, worker.ErrConflict) {
		t.Errorf("got %v, want a conflict", err)
	}
	if diff := cmp.Diff(map[string]int64{"blue": 90, "green": 10}, d.dns.Weights(d.zone, shopName, "A")); diff != "" {
		t.Error(diff)
	}
}

func TestRoute53_lagIsTheTTLAndAMinute(t *testing.T) {
	d := openDomain(t, 100, 0)
	if _, finding := d.preflight(t, 5); finding.Lag != 2*time.Minute || len(finding.Problems) > 0 {
		t.Errorf("lag %s, %v", finding.Lag, finding.Problems)
	}
}

func TestRoute53_preflightRefusesSharesThatNoWeightsShow(t *testing.T) {
	d := openDomain(t, 100, 0)
	_, finding := d.preflight(t, 1, 0.5, 2.5, 33.3, 100)
	var codes []statemachine.Code
	for _, p := range finding.Problems {
		codes = append(codes, p.Code)
	}
	if diff := cmp.Diff([]statemachine.Code{statemachine.CodeStepsUnfit, statemachine.CodeStepsUnfit}, codes); diff != "" {
		t.Errorf("%s%v", diff, finding.Problems)
	}
}

func TestRoute53_twoZeroesAreEqualShares(t *testing.T) {
	d := openDomain(t, 0, 0)
	if got, _ := d.observe(t); !got.Same(statemachine.Split{Stable: "blue", Canary: "green", WeightPct: 50}) {
		t.Errorf("shows %s", got)
	}
}

func TestRoute53_earlierChangeUnderWayIsWaitedFor(t *testing.T) {
	d := openDomain(t, 100, 0)
	_, token := d.observe(t)
	d.dns.Refuse("ChangeResourceRecordSets", "PriorRequestNotComplete")
	err := d.target.Write(t.Context(), worker.Want{Split: statemachine.Split{Stable: "blue", Canary: "green", WeightPct: 50}}, token)
	if !errors.Is(err, worker.ErrThrottled) {
		t.Errorf("got %v, want throttled", err)
	}
}

func TestRoute53_callsWhatItsPolicyNames(t *testing.T) {
	d := openDomain(t, 100, 0)
	restore, _ := d.preflight(t, 5)
	_, token := d.observe(t)
	d.write(t, restore, token)
	if diff := cmp.Diff([]string{"ListResourceRecordSets", "ChangeResourceRecordSets"}, operations(d.world)); diff != "" {
		t.Error(diff)
	}
}
