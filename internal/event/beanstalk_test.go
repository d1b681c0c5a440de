package event_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/serinhq/serin/worker"
)

// No sample of AWS's is at hand; this is the guide's example, "Using Elastic Beanstalk with Amazon EventBridge".
const beanstalkEvent = `{"version":"0","id":"11112222-3333-4444-5555-666677778888","detail-type":"Elastic Beanstalk resource status change",
	"source":"aws.elasticbeanstalk","account":"111122223333","time":"2026-11-20T14:14:28Z","region":"us-east-1",
	"resources":["arn:aws:elasticbeanstalk:us-east-1:111122223333:environment/shop/shop-prod"],
	"detail":{"Status":"Environment update started","EventDate":1795184068000,"ApplicationName":"shop","Message":"Environment update is starting.",
	"EnvironmentName":"shop-prod","Severity":"INFO"}}`

func TestDecode_beanstalkNamesItsEnvironment(t *testing.T) {
	for status, want := range map[string]string{
		"Environment update started": "START", "Environment update successful": "SUCCESS", "Environment update failed": "FAILURE",
		"Removed instance": "Removed instance",
	} {
		e, err := decoder().Decode(strings.Replace(beanstalkEvent, "Environment update started", status, 1))
		if got := verdict(e, err); got != "deployment "+want+"  of beanstalk shop-prod" {
			t.Errorf("%s: %s", status, got)
		}
	}
	if _, err := decoder().Decode(strings.Replace(beanstalkEvent, `"EnvironmentName":"shop-prod",`, "", 1)); !errors.Is(err, worker.ErrMalformed) {
		t.Errorf("without its environment: %v, want malformed", err)
	}
}
