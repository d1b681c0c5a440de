// Package canaryfile reads the YAML file that declares a canary into a
// [statemachine.Plan], and says everything that is wrong with it at once, each
// problem with line, column, excerpt and what was expected.
//
// The format stands in one place, the structs of document.go and the blocks of
// target_*.go and guard_*.go: the decoder and the JSON schema are both made from
// them. To add a kind of target, add a file like target_lambda.go and one line
// to targetKinds.
//
// It must not read files, call AWS, or know what the adapters can do: traits
// stay zero, and whether a function, an alarm or a pipeline exists is preflight's
// question.
package canaryfile
