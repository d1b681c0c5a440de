// Package target reaches into another adapter.
package target

import (
	_ "github.com/aws/aws-sdk-go-v2/service/lambda"  // allowed
	_ "github.com/aws/aws-sdk-go-v2/service/sts"     // want depguard
	_ "github.com/serinhq/serin/internal/awserr"     // allowed
	_ "github.com/serinhq/serin/internal/deployment" // want depguard
	_ "github.com/serinhq/serin/statemachine"        // allowed
	_ "github.com/serinhq/serin/worker"              // allowed
)
