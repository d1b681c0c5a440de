// Package deployment reaches into another adapter.
package deployment

import (
	_ "github.com/aws/aws-sdk-go-v2/service/codedeploy" // allowed
	_ "github.com/aws/aws-sdk-go-v2/service/sts"        // want depguard
	_ "github.com/serinhq/serin/internal/awserr"        // allowed
	_ "github.com/serinhq/serin/internal/codepipeline"  // want depguard
	_ "github.com/serinhq/serin/statemachine"           // allowed
	_ "github.com/serinhq/serin/worker"                 // allowed
)
