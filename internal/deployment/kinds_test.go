package deployment_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/serinhq/serin/internal/deployment"
	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// offline are clients that are never called; broken ones are of no service.
type offline struct{ broken bool }

func (o offline) Client(_, _ string, open func(aws.Config) any) any {
	if o.broken {
		return nil
	}
	return open(aws.Config{Region: "eu-west-1"})
}

func TestOpen_refusesAWrongConfigWithEverythingThatIsWrong(t *testing.T) {
	const good = `{"application":"orders","deploymentGroup":"prod"}`
	for _, c := range []struct {
		kind, config string
		clients      offline
		says         []string
	}{
		{"spinnaker", good, offline{}, []string{`no kind "spinnaker"`}},
		{"ecs", `{"cluster":"prod/a","service":""}`, offline{}, []string{"cluster must", "service must"}},
		{"codedeploy", ``, offline{}, []string{"config"}},
		{"codedeploy", `{"application":"a/b","deploymentGroup":""}`, offline{}, []string{"application must", "deploymentGroup must"}},
		{"codedeploy", `{"application":"orders","deploymentGroup":"prod","region":"x"}`, offline{}, []string{"region"}},
		{"codedeploy", good, offline{broken: true}, []string{"no client of codedeploy"}},
	} {
		_, err := deployment.New(c.clients).Open(statemachine.DeploymentSpec{Kind: c.kind, Key: "orders/prod", Config: []byte(c.config)})
		if !errors.Is(err, worker.ErrInvalid) {
			t.Errorf("%s %s: %v, want invalid", c.kind, c.config, err)
			continue
		}
		for _, part := range append(c.says, "orders/prod") {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s %s: %v\ndoes not say %q", c.kind, c.config, err, part)
			}
		}
	}
	if _, err := deployment.New(offline{}).Open(statemachine.DeploymentSpec{Kind: "codedeploy", Key: "orders/prod", Config: []byte(good)}); err != nil {
		t.Errorf("%s: %v", good, err)
	}
}
