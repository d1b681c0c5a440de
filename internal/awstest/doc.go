// Package awstest is the AWS that Serin's tests and benchmarks run against, all of it on loopback.
//
// A World is one HTTP front before real engines (moto_server, DynamoDB Local) and before stand-ins, written
// strictly by AWS's documentation, for the services or fences those engines lack. Every SDK client and every serin process of a test
// uses the front as its AWS_ENDPOINT_URL. The front records each call in order, with who made it and what IAM would
// check it against, and injects faults by a seeded generator.
//
// It must not be imported by anything that is shipped, must not mock a type of Serin's own, and must never reach
// beyond 127.0.0.1 except to fetch a pinned engine into the user's cache directory.
package awstest
