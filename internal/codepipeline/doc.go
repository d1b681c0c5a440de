// Package codepipeline answers the gates of AWS CodePipeline: [Pipelines] is a
// worker.Pipeline. A gate is a manual-approval action; its approval is known by
// pipeline execution and action execution, and is only ever answered when both
// are the release's.
//
// An approval's token is read when the gate is answered, and passed on as AWS
// handed it over. It must stand in no error, no log and no value that leaves
// the package; nor must the text of a person's answer, nor the value of an
// output variable that nobody asked for.
//
// The package must not decide anything, must not log, and must not retry what
// the SDK retries already.
package codepipeline
