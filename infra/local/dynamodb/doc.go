// Package dynamodb implements the DynamoDB of the embedded cloud: one endpoint per
// Region, and global tables that replicate between the Regions asynchronously.
//
// Replication follows global tables in their default mode, multi-Region eventual
// consistency (MREC). A write succeeds when its own Region has stored it, and
// reaches each other Region after Config.Lag. The later of two writes to one item
// wins in every Region. A conditional write sees the data of its own Region only. A
// transaction is atomic in its own Region and is replicated item by item, with a
// random delay for each item: other Regions see parts of it. Links between Regions
// can be cut, in which case writes are queued, and healed.
//
// A table whose manifest says strong is strongly consistent (MRSC) if there are two
// Regions or more; see strong.go. Its members are the first three Regions, or two and a
// Witness. Functions of a Region beyond the third call the nearest member, with a round trip
// and the rights for its table there: a request that is signed for a member is performed
// there, whichever endpoint receives it. A request that is signed for the Region itself, as a
// developer's is, reads a replica that AWS does not have.
//
// Source: "How DynamoDB global tables work",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
//
// The tables of Config are global. A table that a client creates exists in one
// Region only, as on AWS.
//
// A Region has three layers: the HTTP handler (handler.go), the replica that orders
// writes and records their effects (region.go), and an engine that knows nothing of
// other Regions. With Config.Data, both keep their data in a folder (internal/store): a
// write, its stamp and the copies for other Regions are one transaction, and no client
// sees it before it is stored. The engine is either the embedded one (internal/memory) or
// DynamoDB Local (remote.go). The embedded engine refuses what it does not
// implement.
package dynamodb
