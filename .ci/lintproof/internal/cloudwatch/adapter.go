// Package cloudwatch reaches into another adapter.
package cloudwatch

import (
	_ "github.com/aws/aws-sdk-go-v2/service/cloudwatch" // allowed
	_ "github.com/aws/aws-sdk-go-v2/service/sts"        // want depguard
	_ "github.com/serinhq/serin/internal/awserr"        // allowed
	_ "github.com/serinhq/serin/internal/dynamostore"   // want depguard
	_ "github.com/serinhq/serin/statemachine"           // allowed
	_ "github.com/serinhq/serin/worker"                 // allowed
)
