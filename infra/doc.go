// Package infra holds what an operator installs: the CloudFormation template, the
// image, example canaries and the guide; and the tests that hold them to the code
// and to the design. It has no code of its own and must never get any.
package infra
