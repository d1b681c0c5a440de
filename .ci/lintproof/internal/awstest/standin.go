// Package awstest knows what it stands in front of.
package awstest

import _ "github.com/serinhq/serin/worker" // want depguard
