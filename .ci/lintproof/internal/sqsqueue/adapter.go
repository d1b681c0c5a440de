// Package sqsqueue reaches into another adapter.
package sqsqueue

import (
	_ "github.com/aws/aws-sdk-go-v2/service/sqs"   // allowed
	_ "github.com/aws/aws-sdk-go-v2/service/sts"   // want depguard
	_ "github.com/serinhq/serin/internal/awserr"   // allowed
	_ "github.com/serinhq/serin/internal/eventbus" // want depguard
	_ "github.com/serinhq/serin/statemachine"      // allowed
	_ "github.com/serinhq/serin/worker"            // allowed
)
