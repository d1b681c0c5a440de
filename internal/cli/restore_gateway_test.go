package cli

import (
	"encoding/json"
	"testing"

	"github.com/serinhq/serin/statemachine"
)

func TestRestoreLine_pointsAStageAtItsOldDeployment(t *testing.T) {
	for _, c := range []struct {
		kind, config string
		back         statemachine.Split
		want         string
	}{
		{
			"apigateway", `{"api":"a1b2c3","stage":"prod"}`, statemachine.Split{Stable: "serin/01KA/1", Form: `{"makes":"serin/01KB/1","stable":"x9y8z7"}`},
			"aws apigateway update-stage --region eu-west-1 --rest-api-id a1b2c3 --stage-name prod" +
				" --patch-operations op=replace,path=/deploymentId,value=x9y8z7 op=remove,path=/canarySettings",
		},
		{
			"apigateway", `{"api":"arn:aws:apigateway:us-east-1::/restapis/a1b2c3","stage":"prod"}`, statemachine.Split{Stable: "x9y8z7"},
			"aws apigateway update-stage --region us-east-1 --rest-api-id a1b2c3 --stage-name prod" +
				" --patch-operations op=replace,path=/deploymentId,value=x9y8z7 op=remove,path=/canarySettings",
		},
		{
			"httpapi", `{"api":"a1b2c3","stage":"$default"}`, statemachine.Split{Stable: "x9y8z7"},
			"aws apigatewayv2 update-stage --region eu-west-1 --api-id a1b2c3 --stage-name '$default' --deployment-id x9y8z7",
		},
	} {
		got, err := restoreLine(statemachine.TargetSpec{Kind: c.kind, Config: json.RawMessage(c.config)}, c.back, "", "eu-west-1")
		if err != nil || got != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.kind, err, got, c.want)
		}
	}
}
