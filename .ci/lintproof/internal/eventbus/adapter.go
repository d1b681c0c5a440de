// Package eventbus reaches into another adapter.
package eventbus

import (
	_ "github.com/aws/aws-sdk-go-v2/service/eventbridge" // allowed
	_ "github.com/aws/aws-sdk-go-v2/service/sts"         // want depguard
	_ "github.com/serinhq/serin/internal/awserr"         // allowed
	_ "github.com/serinhq/serin/internal/local"          // want depguard
	_ "github.com/serinhq/serin/statemachine"            // allowed
	_ "github.com/serinhq/serin/worker"                  // allowed
)
