package cli

import (
	"testing"

	"github.com/serinhq/serin/statemachine"
)

func TestStopLine_stopsEachKindAsItIsStopped(t *testing.T) {
	const service = "arn:aws:ecs:eu-central-1:111122223333:service-deployment/prod/orders/abc"
	for kind, c := range map[string]struct{ key, id, want string }{
		"appconfig":      {"abc1234/def5678", "7", "aws appconfig stop-deployment --region eu-west-1 --application-id abc1234 --environment-id def5678 --deployment-number 7 --allow-revert"},
		"beanstalk":      {"orders-prod", "2026-11-23T08:00:00.000Z", "aws elasticbeanstalk abort-environment-update --region eu-west-1 --environment-name orders-prod"},
		"cloudformation": {"orders", "event-1", "aws cloudformation cancel-update-stack --region eu-west-1 --stack-name orders || aws cloudformation rollback-stack --region eu-west-1 --stack-name orders"},
		"codedeploy":     {"orders/prod", "d-ABC", "aws deploy stop-deployment --region eu-west-1 --deployment-id d-ABC --auto-rollback-enabled"},
		"ecs":            {"prod/orders", service, "aws ecs stop-service-deployment --region eu-central-1 --service-deployment-arn " + service + " --stop-type ROLLBACK"},
	} {
		got, err := stopLine(statemachine.DeploymentSpec{Kind: kind, Key: c.key}, c.id, "eu-west-1")
		if err != nil || got != c.want {
			t.Errorf("%s: %s, error %v, want %s", kind, got, err, c.want)
		}
	}
	if line, err := stopLine(statemachine.DeploymentSpec{Kind: "new"}, "1", "eu-west-1"); err == nil {
		t.Errorf("of a kind it does not know it says %s", line)
	}
}
