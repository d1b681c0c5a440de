package target

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
	"github.com/google/go-cmp/cmp"
)

func TestGatewayStage_patchesOnlyWhatDiffers(t *testing.T) {
	alone := gatewayStage{stable: gatewayDeployment{"a", "a"}}
	beside := gatewayStage{stable: gatewayDeployment{"a", "a"}, canary: gatewayDeployment{"b", "serin/r/1"}, percent: 25}
	promote := []string{"copy /canarySettings/deploymentId /deploymentId", "copy /canarySettings/stageVariableOverrides /variables", "remove /canarySettings"}
	for _, c := range []struct {
		name           string
		shows          gatewayStage
		stable, canary string
		weightPct      float64
		want           []string
	}{
		{"nothing, alone", alone, "a", "", 0, nil},
		{"nothing, beside", beside, "a", "b", 25, nil},
		{"the share", beside, "a", "b", 33.33, []string{"replace /canarySettings/percentTraffic 33.33"}},
		{"a canary begins", alone, "a", "b", 5, []string{"replace /canarySettings/deploymentId b", "replace /canarySettings/percentTraffic 5"}},
		{"a promotion", beside, "b", "", 0, promote},
		{"the way back", beside, "a", "", 0, []string{"remove /canarySettings"}},
		{"the way back after a promotion", alone, "z", "", 0, []string{"replace /deploymentId z"}},
		{"roles swapped", beside, "b", "a", 30, []string{
			"replace /deploymentId b", "replace /canarySettings/deploymentId a", "replace /canarySettings/percentTraffic 30",
		}},
	} {
		var got []string
		for _, p := range c.shows.patches(c.stable, c.canary, c.weightPct) {
			words := string(p.Op)
			for _, more := range []*string{p.From, p.Path, p.Value} {
				if more != nil {
					words += " " + aws.ToString(more)
				}
			}
			got = append(got, words)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestHTTPDeploymentProblems_oneThatIsBeingMadeIsWaitedFor(t *testing.T) {
	for status, want := range map[types.DeploymentStatus][2]bool{
		types.DeploymentStatusDeployed: {false, false}, types.DeploymentStatusPending: {true, true}, types.DeploymentStatusFailed: {true, false},
	} {
		problems := httpDeploymentProblems("d", status, "because")
		if (len(problems) > 0) != want[0] || len(problems) > 0 && problems[0].Wait != want[1] {
			t.Errorf("%s: %+v", status, problems)
		}
	}
}
