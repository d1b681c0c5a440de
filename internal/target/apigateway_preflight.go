package target

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// Preflight names the canary that the release will make, or checks the one that is
// asked for by name, to go back to it.
func (s *restAPIStage) Preflight(ctx context.Context, in worker.TargetPreflight) (worker.TargetFinding, error) {
	shows, err := s.read(ctx)
	if err != nil {
		return worker.TargetFinding{}, err
	}
	finding := worker.TargetFinding{Canary: in.Canary}
	form := gatewayForm{Stable: shows.stable.id}
	if in.Canary == "" {
		finding.Canary = gatewayPrefix + in.Release + "/1" // the first step makes it
		form.Makes = finding.Canary
	}
	text, err := json.Marshal(form)
	if err != nil {
		return worker.TargetFinding{}, fmt.Errorf("note what stage %s shows: %w", s.name, err)
	}
	finding.Form = string(text)
	if in.Shows.Canary != "" && in.Shows.WeightPct == 0 {
		finding.Problems = append(finding.Problems, statemachine.Problem{Code: statemachine.CodeTargetOwned, Text: fmt.Sprintf(
			"stage %s has a canary already (%s, at 0%%): promote it, or delete its canary settings", s.name, in.Shows.Canary)})
	}
	if in.Canary == "" {
		return finding, nil
	}
	id, err := s.find(ctx, shows, in.Canary)
	if err != nil {
		return worker.TargetFinding{}, err
	}
	if id == "" {
		finding.Problems = append(finding.Problems, unfit("deployment %s of API %s does not exist", in.Canary, s.id))
	}
	return finding, nil
}

// Resolve takes any label: what is released is the API's definition as it is when
// the first step deploys it.
func (s *restAPIStage) Resolve(_ context.Context, version string) (string, error) {
	if !regexp.MustCompile(`^[!-~][ -~]{0,127}$`).MatchString(version) {
		return "", failed(worker.ErrInvalid, gatewayRead, s.name, "%q is no label: give up to 128 printable characters, such as a commit", version)
	}
	return version, nil
}
