package infra_test

// readOfAnswers are the texts that Serin has a use for in AWS's answers, by service: names and ids that it looks things up
// by, states, versions as people know them, who did what, and what an error says.
func readOfAnswers() map[string][]string {
	errors := []string{"__type", "code", "Code", "message", "Message", "Type", "type"}
	return map[string][]string{
		"lambda": append(errors, "FunctionVersion", "Version", "RevisionId", "Role", "Description",
			"status", "text"), // of a function that checks
		"codepipeline": append(errors,
			"name", "stageName", "actionName", "pipelineExecutionId", "actionExecutionId", "rollbackTargetPipelineExecutionId", "status",
			"executionMode", "executionType", "category", "owner", "provider", "namespace", "lastUpdatedBy", "updatedBy",
			"token", "summary", "externalExecutionId", "externalExecutionSummary", "FunctionVersion", "CommitId", "Prefix", "nextToken"),
		"monitoring": append(errors,
			"AlarmName", "StateValue", "EvaluationState", "Namespace", "MetricName", "Name", "Value", "Stat", "Id", "AlarmRule",
			"HistoryItemType", "HistoryData", "AlarmType", "NextToken", "StatusCode"),
		"elasticloadbalancing": append(errors,
			"TargetGroupArn", "RuleArn", "ListenerArn", "ResourceArn", "State", "Key", "Id", "NextMarker",
			"member", "LoadBalancerArn", // of lists: ARNs
			"UserPoolArn", "UserPoolClientId", "UserPoolDomain"), // of a login that is written back as it was
		"ecs": append(errors,
			"arn", "serviceDeploymentArn", "targetServiceRevisionArn", "taskDefinition", "status", "lifecycleStage", "strategy",
			"hookId", "targetType", "timeoutAction", "nextToken", "reason",
			"targetGroupArn", "taskSetArn", "id", "stabilityStatus", "unit"),
		"codedeploy": append(errors,
			"deploymentId", "deployments", "targetIds", "targetId", "applicationName", "deploymentGroupName", "status", "computePlatform", "creator", "action", "actionOnTimeout",
			"rollbackDeploymentId", "rollbackTriggeringDeploymentId", "lifecycleEventName", "deploymentType", "deploymentOption",
			"deploymentTargetType", "targetLabel", "revisionType", "sha256", "nextToken"),
		"codebuild":        append(errors, "ids", "id", "buildStatus", "name", "value"), // of the build's own variables
		"appconfig":        append(errors, "State", "ConfigurationVersion", "EventType", "TriggeredBy", "NextToken"),
		"elasticbeanstalk": append(errors, "Status", "VersionLabel"),
		"cloudformation":   append(errors, "EventId", "StackId", "PhysicalResourceId", "ResourceStatus", "ClientRequestToken", "NextToken"),
		"vpc-lattice":      append(errors, "targetGroupIdentifier", "status", "nextToken"),
		"apigateway":       append(errors, "id", "deploymentId", "description", "position"),
		"cloudfront": append(errors, "Id", "Status", "DomainName", "DnsName", "ContinuousDeploymentPolicyId", "OriginPath", "HttpVersion",
			"CallerReference", "TargetOriginId", "CNAME", "Comment", "DefaultRootObject", "PriceClass", "ViewerProtocolPolicy", "CachePolicyId",
			"HeaderName"), // of a configuration that is written back as it was
		"s3":                       append(errors, "stable", "canary"),
		"route53":                  append(errors, "SetIdentifier", "Name", "Type", "Value"), // of a record that is written as it was, but for the weight
		"cloudfront-keyvaluestore": append(errors, "Value"),                                  // a config, whose every other member has the mark
	}
}
