// Package dynamodb is the DynamoDB of a local cloud: one endpoint for each
// Region, and asynchronous global tables between them.
//
// Replication is that of global tables in their default mode (MREC): a write is
// answered when its own Region has it, and reaches each other Region after
// Config.Lag; of two writes to one item the later wins everywhere; a conditional
// write sees its own Region only; a transaction is atomic in its own Region and
// arrives in the others item by item. Links can be cut, writes then queue up, and
// healed.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
//
// The tables of Config are global. A table that a client creates is its Region's
// alone, as in AWS.
//
// A Region is three layers: the HTTP front (front.go), the replica that orders
// writes and captures what they did (region.go), and an engine that knows nothing
// of other Regions: the embedded one (internal/memory) or DynamoDB Local
// (remote.go). What the embedded engine cannot answer rightly it refuses.
package dynamodb
