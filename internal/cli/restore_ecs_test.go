package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/serinhq/serin/statemachine"
)

func TestRestoreLine_putsTaskSetsBackTrafficFirst(t *testing.T) {
	const lb = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:"
	line, err := restoreLine(statemachine.TargetSpec{
		Kind: "ecstaskset", Config: json.RawMessage(`{"cluster":"prod","service":"basket","rule":"` + lb + `listener-rule/app/a/1/2/3"}`),
	}, statemachine.Split{
		Stable: lb + "targetgroup/blue/1", Form: `{"rule":{"stable":"` + lb + `targetgroup/blue/1","healthy":2,"groups":[{"arn":"` + lb +
			`targetgroup/blue/1","weight":90,"at":0},{"arn":"` + lb + `targetgroup/green/2","weight":0,"at":1}]},"primary":"arn:1","canary":"arn:2","scale":12.5}`,
	}, lb+"targetgroup/green/2", "us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	weights, rest, found := strings.Cut(line, " && ")
	want := "aws ecs update-service-primary-task-set --region eu-west-1 --cluster prod --service basket --primary-task-set arn:1 && " +
		"aws ecs update-task-set --region eu-west-1 --cluster prod --service basket --task-set arn:2 --scale unit=PERCENT,value=12.5"
	if !found || rest != want {
		t.Errorf("after the weights:\n%s\nwant:\n%s", rest, want)
	}
	for _, part := range []string{"aws elbv2 modify-rule --region eu-west-1 --rule-arn ", `"Weight":90`, `"Weight":0`} {
		if !strings.Contains(weights, part) {
			t.Errorf("%s\ndoes not say %s", weights, part)
		}
	}
}
