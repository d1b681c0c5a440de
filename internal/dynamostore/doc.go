// Package dynamostore keeps releases, slots, triggers, definitions and
// outcomes in one DynamoDB table: [Store] is a worker.Catalog.
//
// The table is an interface: operators read it with `aws dynamodb query`, so
// keys, attribute names and the time format do not change. Beside its plain
// attributes an item carries doc, the whole value as JSON, which is what is
// read back; conditions are on plain attributes alone.
//
// Nothing is written without a condition but a worker's sign of life. A write
// whose answer was lost is recognised by an id it leaves in the item (op_id,
// call_id), which DynamoDB hands back with the failed condition
// (ReturnValuesOnConditionCheckFailure).
//
// The package must not decide anything, must not keep state between calls, and
// must not retry what the SDK retries already.
package dynamostore
