package target

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// Preflight finds the roles: the record with all traffic is stable, the other is
// the canary, whatever version it was asked for.
func (w *weightedRecords) Preflight(ctx context.Context, in worker.TargetPreflight) (worker.TargetFinding, error) {
	shows, err := w.read(ctx)
	if err != nil {
		return worker.TargetFinding{}, err
	}
	form, err := json.Marshal(route53Form{Weights: shows.weights()})
	if err != nil {
		return worker.TargetFinding{}, fmt.Errorf("note what %s shows: %w", w.Name, err)
	}
	stable, one := in.Shows.One()
	if !one {
		stable = in.Shows.Stable
	}
	canary := w.Sets[0]
	if stable == canary {
		canary = w.Sets[1]
	}
	finding := worker.TargetFinding{Canary: canary, Form: string(form), Lag: shows.lag(), Problems: shareProblems(in.WeightsPct)}
	for _, record := range shows.others {
		if aws.ToInt64(record.Weight) > 0 {
			finding.Problems = append(finding.Problems, statemachine.Problem{Code: statemachine.CodeInvalid, Text: fmt.Sprintf(
				"record %s of %s has weight %d: no other record of the name may have any", aws.ToString(record.SetIdentifier), w.Name, *record.Weight)})
		}
	}
	for _, record := range shows.records {
		if policy := aws.ToString(record.TrafficPolicyInstanceId); policy != "" {
			finding.Problems = append(finding.Problems, statemachine.Problem{Code: statemachine.CodeTargetOwned,
				Text: "traffic policy instance " + policy + " writes record " + aws.ToString(record.SetIdentifier) + " of " + w.Name})
		}
	}
	return finding, nil
}

// shareProblems are the weights of a plan that records can't show in two ways, of
// which one is always another than what is there.
func shareProblems(weightsPct []float64) []statemachine.Problem {
	var problems []statemachine.Problem
	for _, weight := range weightsPct {
		if len(weightsFor(weight, 0)) < 2 {
			problems = append(problems, statemachine.Problem{Code: statemachine.CodeStepsUnfit, Text: fmt.Sprintf(
				"weight %s can't be shown by records: their weights are whole numbers up to %d", percent(weight), mostRecordWeight)})
		}
	}
	return problems
}

// Resolve keeps a version as it is: it is a label, and preflight says which record
// is the canary.
func (w *weightedRecords) Resolve(_ context.Context, version string) (string, error) {
	if version == "" {
		return "", failed(worker.ErrInvalid, listRecordsCall, w.Name, "a release needs a version, as a label")
	}
	return version, nil
}
