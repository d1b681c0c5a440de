// Package awstest is the AWS that Serin's tests and benchmarks run against, all of it on loopback.
//
// A World is one HTTP front before real engines (moto_server, DynamoDB Local, ElasticMQ) and before stand-ins, written
// strictly by AWS's documentation, for the services or fences those engines lack. Every SDK client and every serin process of a test
// uses the front as its AWS_ENDPOINT_URL. The front records each call in order, with who made it and what IAM would
// check it against, and injects faults by a seeded generator.
//
// "AWS note 3.1" in a comment here is a paragraph of the notes on AWS that the stand-ins were written from: its
// number names the subject (1 events, 2 queues, 3 targets, 4 pipelines, 5 DynamoDB, 6 CloudWatch), and the facts in
// it are those of AWS's own documentation.
//
// It must not be imported by anything that is shipped, must not mock a type of Serin's own, and must never reach
// beyond 127.0.0.1 except to fetch a pinned engine into the user's cache directory.
package awstest
