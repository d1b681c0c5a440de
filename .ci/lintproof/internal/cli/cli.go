// Package cli goes past app.
package cli

import (
	_ "github.com/aws/aws-sdk-go-v2/service/sts"      // want depguard
	_ "github.com/serinhq/serin/internal/app"         // allowed
	_ "github.com/serinhq/serin/internal/dynamostore" // want depguard
)
