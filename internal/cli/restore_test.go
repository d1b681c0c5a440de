package cli

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/statemachine"
)

func TestRestoreLambda_writesTheExactRoutingConfig(t *testing.T) {
	for _, c := range []struct {
		name, config, want string
		back               statemachine.Split
	}{
		{"one version", `{"function":"checkout","alias":"live"}`,
			`aws lambda update-alias --region eu-west-1 --function-name checkout --name live --function-version 42 --routing-config '{"AdditionalVersionWeights":{}}'`,
			statemachine.Split{Stable: "42"}},
		{"a canary at 0", `{"function":"arn:aws:lambda:us-west-2:111122223333:function:checkout","alias":"live"}`,
			`aws lambda update-alias --region us-west-2 --function-name arn:aws:lambda:us-west-2:111122223333:function:checkout --name live` +
				` --function-version 42 --routing-config '{"AdditionalVersionWeights":{"43":0}}'`,
			statemachine.Split{Stable: "42", Canary: "43"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := restoreLambda(statemachine.TargetSpec{Config: json.RawMessage(c.config)}, c.back, "eu-west-1")
			if err != nil || got != c.want {
				t.Errorf("got %s, %v\nwant %s", got, err, c.want)
			}
		})
	}
}

// The line is run, with an aws of our own that describes a rule and says what it
// is to be changed to.
func TestRestoreALB_changesThePairAndNothingElse(t *testing.T) {
	if _, err := exec.LookPath("jq"); err != nil {
		awstest.NotRun(t, &awstest.Missing{What: "the jq program of serin rollback --print", Because: "jq is not on PATH", Install: "jq 1.6"})
	}
	const (
		form     = `{"stable":"b","healthy":3,"groups":[{"arn":"b","weight":10,"at":1},{"arn":"g","weight":0,"at":-1}]}`
		stick    = `"TargetGroupStickinessConfig":{"Enabled":true,"DurationSeconds":60}`
		describe = `[{"Type":"authenticate-oidc","Order":1,"AuthenticateOidcConfig":{"ClientId":"it's"}},` +
			`{"Type":"forward","Order":2,"ForwardConfig":{"TargetGroups":[{"TargetGroupArn":"x","Weight":3},{"TargetGroupArn":"g","Weight":25},{"TargetGroupArn":"b","Weight":75}],` + stick + `}}]`
		before = `[{"Type":"authenticate-oidc","Order":1,"AuthenticateOidcConfig":{"ClientId":"it's","UseExistingClientSecret":true}},` +
			`{"Type":"forward","Order":2,"ForwardConfig":{"TargetGroups":[`
	)
	for _, c := range []struct {
		name, config, call, groups string
		back                       statemachine.Split
	}{
		{"as preflight noted", `{"rule":"arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/w/1/2/3"}`,
			"elbv2 modify-rule --region eu-west-1 --rule-arn arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/w/1/2/3 --actions",
			`{"TargetGroupArn":"x","Weight":3},{"TargetGroupArn":"b","Weight":10}`, statemachine.Split{Stable: "b", Form: form}},
		{"attached at 0", `{"listener":"arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/w/1/2"}`,
			"elbv2 modify-listener --region eu-west-1 --listener-arn arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/w/1/2 --default-actions",
			`{"TargetGroupArn":"g","Weight":0},{"TargetGroupArn":"b","Weight":10},{"TargetGroupArn":"x","Weight":3}`,
			statemachine.Split{Stable: "b", Canary: "g", Form: form}},
		{"without a note", `{"rule":"arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/w/1/2/3"}`,
			"elbv2 modify-rule --region eu-west-1 --rule-arn arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/w/1/2/3 --actions",
			`{"TargetGroupArn":"b","Weight":100},{"TargetGroupArn":"x","Weight":3}`, statemachine.Split{Stable: "b"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			line, err := restoreALB(statemachine.TargetSpec{Config: json.RawMessage(c.config)}, c.back, "g")
			if err != nil {
				t.Fatal(err)
			}
			got := runWithAWS(t, line, describe)
			if diff := cmp.Diff(c.call+" "+before+c.groups+"],"+stick+"}}]\n", got); diff != "" {
				t.Errorf("aws is called with (-want +got):\n%s", diff)
			}
		})
	}
}

func runWithAWS(t *testing.T, line, describe string) string {
	t.Helper()
	dir := t.TempDir()
	answer := filepath.Join(dir, "answer.json")
	aws := "#!/bin/sh\ncase $2 in\ndescribe-*) cat '" + answer + "' ;;\n*) echo \"$@\" ;;\nesac\n"
	for name, text := range map[string]string{answer: describe, filepath.Join(dir, "aws"): aws} {
		if err := os.WriteFile(name, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
	cmd.Env = []string{"PATH=" + dir + string(os.PathListSeparator) + os.Getenv("PATH")}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}
