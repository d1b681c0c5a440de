// Package dynamostore reaches into another adapter.
package dynamostore

import (
	_ "github.com/aws/aws-sdk-go-v2/service/dynamodb" // allowed
	_ "github.com/aws/aws-sdk-go-v2/service/sts"      // want depguard
	_ "github.com/serinhq/serin/internal/awserr"      // allowed
	_ "github.com/serinhq/serin/internal/sqsqueue"    // want depguard
	_ "github.com/serinhq/serin/statemachine"         // allowed
	_ "github.com/serinhq/serin/worker"               // allowed
)
