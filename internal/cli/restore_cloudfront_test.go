package cli

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/serinhq/serin/statemachine"
)

func TestRestoreCloudFront_switchesThePolicyOffAndWritesTheOldConfiguration(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte(`{"stable":"0a1b","primary":{"Comment":"","Enabled":true,"Aliases":null,"Origins":{"Items":[{"Id":"site","OriginPath":""}],"Quantity":1},` +
		`"ContinuousDeploymentPolicyId":"p-1"},"policy":{"Enabled":false,"TrafficConfig":null}}`)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	spec := statemachine.TargetSpec{Kind: "cloudfront", Config: json.RawMessage(`{"distribution":"E1","staging":"E2"}`)}
	got, err := restoreLine(spec, statemachine.Split{Stable: "0a1b", Form: base64.StdEncoding.EncodeToString(packed.Bytes())}, "", "us-east-1")
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
