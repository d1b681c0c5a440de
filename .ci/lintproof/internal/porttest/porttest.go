// Package porttest knows an AWS service and the store.
package porttest

import (
	_ "github.com/aws/aws-sdk-go-v2/service/sts" // want depguard
	_ "github.com/serinhq/serin/internal/leaf"   // want depguard
)
