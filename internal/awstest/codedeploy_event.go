package awstest

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
)

// codeDeployDetail is the detail of CodeDeploy's events (AWS note 1.3).
type codeDeployDetail struct {
	Region          string `json:"region"`
	DeploymentID    string `json:"deploymentId"`
	InstanceGroupID string `json:"instanceGroupId"`
	DeploymentGroup string `json:"deploymentGroup"`
	State           string `json:"state"`
	Application     string `json:"application"`
	InstanceID      string `json:"instanceId,omitempty"`
}

// emit sends the deployment's event, and its instances' where there are any. There is no event for a traffic increment,
// a hook or the termination wait (AWS note 1.3).
func (d *CodeDeploy) emit(run *deploymentRun, state string) {
	application, group := aws.ToString(run.info.ApplicationName), aws.ToString(run.info.DeploymentGroupName)
	detail := codeDeployDetail{
		Region: d.region, DeploymentID: run.id(), DeploymentGroup: group, Application: application, State: state,
	}
	if info := d.group(run); info != nil {
		detail.InstanceGroupID = aws.ToString(info.DeploymentGroupId)
	}
	of, in := d.arn("application:"+application), d.groupARN(application, group)
	if run.info.ComputePlatform == types.ComputePlatformServer && state != "STOP" {
		for _, instance := range run.options.Instances {
			each := detail
			each.InstanceID = instance
			arn := "arn:aws:ec2:" + d.region + ":" + d.account + ":instance/" + instance
			d.send("CodeDeploy Instance State-change Notification", []string{arn, in, of}, each)
		}
	}
	d.send("CodeDeploy Deployment State-change Notification", []string{of, in}, detail)
}

func (d *CodeDeploy) send(detailType string, resources []string, detail codeDeployDetail) {
	d.events.add(envelope{
		Version: "0", ID: d.events.uuid("codedeploy event"), DetailType: detailType, Source: "aws.codedeploy",
		Account: d.account, Time: d.clock().UTC().Truncate(time.Second), Region: d.region, Resources: resources, Detail: detail,
	})
}
