// Package codepipeline reaches into another adapter.
package codepipeline

import (
	_ "github.com/aws/aws-sdk-go-v2/service/codepipeline" // allowed
	_ "github.com/aws/aws-sdk-go-v2/service/sts"          // want depguard
	_ "github.com/serinhq/serin/internal/awserr"          // allowed
	_ "github.com/serinhq/serin/internal/cloudwatch"      // want depguard
	_ "github.com/serinhq/serin/statemachine"             // allowed
	_ "github.com/serinhq/serin/worker"                   // allowed
)
