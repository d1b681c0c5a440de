package cli

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"os/exec"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
	"github.com/serinhq/serin/statemachine"
)

func TestRestoreCloudFront_switchesThePolicyOffAndWritesTheOldConfiguration(t *testing.T) {
	form := pack(t, `{"stable":"0a1b","primary":{"Comment":"","Enabled":true,"Aliases":null,"Origins":{"Items":[{"Id":"site","OriginPath":""}],"Quantity":1},`+
		`"ContinuousDeploymentPolicyId":"p-1"},"policy":{"Enabled":false,"TrafficConfig":null}}`)
	spec := statemachine.TargetSpec{Kind: "cloudfront", Config: json.RawMessage(`{"distribution":"E1","staging":"E2"}`)}
	got, err := restoreLine(spec, statemachine.Split{Stable: "0a1b", Form: form}, "", "us-east-1")
	want := `aws cloudfront update-continuous-deployment-policy --id p-1 --if-match "$(aws cloudfront get-continuous-deployment-policy --id p-1 --query ETag --output text)"` +
		` --continuous-deployment-policy-config '{"Enabled":false}'` +
		` && aws cloudfront update-distribution --id E1 --if-match "$(aws cloudfront get-distribution --id E1 --query ETag --output text)"` +
		` --distribution-config '{"Comment":"","ContinuousDeploymentPolicyId":"p-1","Enabled":true,"Origins":{"Items":[{"Id":"site","OriginPath":""}],"Quantity":1}}'`
	if err != nil || got != want {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
	if _, err := restoreLine(spec, statemachine.Split{Stable: "0a1b", Form: "no note"}, "", "us-east-1"); err == nil {
		t.Error("a note that can't be read makes a line")
	}
}

// The line is run, with an aws of our own: the secret stands in no text of Serin's, and is what the distribution sends.
func TestRestoreCloudFront_takesSecretsFromTheDistribution(t *testing.T) {
	if _, err := exec.LookPath("jq"); err != nil {
		awstest.NotRun(t, &awstest.Missing{What: "the jq program of serin rollback --print", Because: "jq is not on PATH", Install: "jq 1.6"})
	}
	form := pack(t, `{"stable":"0a1b","primary":{"Origins":{"Items":[{"Id":"it's","CustomHeaders":{"Items":[`+
		`{"HeaderName":"X-Key","HeaderValue":null},{"HeaderName":"X-Release","HeaderValue":"v1"}]}},{"Id":"files","CustomHeaders":{"Items":null,"Quantity":0}}]},`+
		`"ContinuousDeploymentPolicyId":"p-1"},"policy":{"Enabled":false},"withheld":[{"origin":"it's","header":"X-Key","from":"new"}]}`)
	spec := statemachine.TargetSpec{Kind: "cloudfront", Config: json.RawMessage(`{"distribution":"E1","staging":"E2"}`)}
	line, err := restoreLine(spec, statemachine.Split{Stable: "0a1b", Form: form}, "", "us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	const want = `cloudfront update-continuous-deployment-policy --id p-1 --if-match E7 --continuous-deployment-policy-config {"Enabled":false}` + "\n" +
		`cloudfront update-distribution --id E1 --if-match E7 --distribution-config {"ContinuousDeploymentPolicyId":"p-1","Origins":{"Items":[` +
		`{"CustomHeaders":{"Items":[{"HeaderName":"X-Key","HeaderValue":"it's \"open\""},{"HeaderName":"X-Release","HeaderValue":"v1"}]},"Id":"it's"},` +
		`{"CustomHeaders":{"Quantity":0},"Id":"files"}]}}` + "\n"
	for when, there := range map[string]string{
		"before the promotion": `{"Origins":{"Items":[{"Id":"files"},{"Id":"it's","CustomHeaders":{"Items":[{"HeaderName":"X-Other","HeaderValue":"1"},{"HeaderName":"x-key","HeaderValue":"it's \"open\""}]}}]}}`,
		"after it": `{"Origins":{"Items":[{"Id":"it's","CustomHeaders":{"Items":[{"HeaderName":"X-Key","HeaderValue":"2"}]}},` +
			`{"Id":"new","CustomHeaders":{"Items":[{"HeaderName":"X-Key","HeaderValue":"it's \"open\""}]}}]}}`,
	} {
		if diff := cmp.Diff(want, runPiped(t, line, there)); diff != "" {
			t.Errorf("%s aws is called with (-want +got):\n%s\n%s", when, diff, line)
		}
	}
}

// pack is a note as preflight keeps it.
func pack(t *testing.T, note string) string {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte(note)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(packed.Bytes())
}
