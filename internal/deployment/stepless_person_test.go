package deployment_test

import (
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appconfig"
	"github.com/aws/aws-sdk-go-v2/service/elasticbeanstalk"

	"github.com/serinhq/serin/internal/awstest"
)

// personStopsConfig stops a deployment as somebody who is not Serin.
func personStopsConfig(t *testing.T, w *awstest.World, app, env, id string) {
	t.Helper()
	n, err := strconv.ParseInt(id, 10, 32)
	must(t, err)
	_, err = appconfig.NewFromConfig(w.Config("AKIDOTHER")).StopDeployment(t.Context(), &appconfig.StopDeploymentInput{
		ApplicationId: &app, EnvironmentId: &env, DeploymentNumber: aws.Int32(int32(n)),
	})
	must(t, err)
}

func personAborts(t *testing.T, w *awstest.World) {
	t.Helper()
	_, err := elasticbeanstalk.NewFromConfig(w.Config("AKIDOTHER")).AbortEnvironmentUpdate(t.Context(), &elasticbeanstalk.AbortEnvironmentUpdateInput{
		EnvironmentName: aws.String("shop-prod"),
	})
	must(t, err)
}
