package awstest

import (
	"time"
)

// ecsDeploymentDetail is the detail of a deployment's event. Its id is not the service deployment's ARN (AWS note 1.5).
type ecsDeploymentDetail struct {
	EventType    string    `json:"eventType"`
	EventName    string    `json:"eventName"`
	DeploymentID string    `json:"deploymentId"`
	UpdatedAt    time.Time `json:"updatedAt"`
	Reason       string    `json:"reason"`
}

// ecsHookDetail is the detail of a hook's event: milliseconds in one time, nanoseconds in the other (AWS note 1.5).
type ecsHookDetail struct {
	EventType            string `json:"eventType"`
	EventName            string `json:"eventName"`
	HookID               string `json:"hookId"`
	HookType             string `json:"hookType"`
	ExpiresAt            string `json:"expiresAt"`
	LifecycleStage       string `json:"lifecycleStage"`
	ClusterArn           string `json:"clusterArn"`
	ServiceArn           string `json:"serviceArn"`
	ServiceDeploymentArn string `json:"serviceDeploymentArn"`
	UpdatedAt            string `json:"updatedAt"`
}

func (e *ECS) emitDeployment(d *ecsDeployment, kind, name, reason string) {
	e.send("ECS Deployment State Change", d.service.arn, ecsDeploymentDetail{
		EventType: kind, EventName: name, DeploymentID: d.id, UpdatedAt: e.clock().UTC().Truncate(time.Second), Reason: reason,
	})
}

func (e *ECS) emitHook(d *ecsDeployment, h *ecsHook, name string) {
	e.send("ECS Hook State Change", d.arn, ecsHookDetail{
		EventType: "INFO", EventName: name, HookID: h.id, HookType: "PAUSE", ExpiresAt: h.expiresAt.UTC().Format("2006-01-02T15:04:05.000Z"),
		LifecycleStage: h.stage, ClusterArn: e.arn("cluster", d.service.cluster), ServiceArn: d.service.arn,
		ServiceDeploymentArn: d.arn, UpdatedAt: e.clock().UTC().Format("2006-01-02T15:04:05.000000000Z"),
	})
}

func (e *ECS) send(detailType, resource string, detail any) {
	e.events.add(envelope{
		Version: "0", ID: e.events.uuid("ecs event"), DetailType: detailType, Source: "aws.ecs",
		Account: e.account, Time: e.clock().UTC().Truncate(time.Second), Region: e.region, Resources: []string{resource}, Detail: detail,
	})
}
