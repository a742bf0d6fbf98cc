// Package resource declares the tables and secrets of a bounded context, and the
// permissions on them that an operation needs. The store, the embedded cloud,
// Terraform and IAM all use the same declaration.
package resource

// Table is a DynamoDB global table.
type Table struct {
	// Name is the logical name, unique in the system; see PhysicalName.
	Name     string
	HashKey  Key
	RangeKey Key
	Indexes  []Index
	// TTL is the attribute that contains an item's expiry in seconds since 1970, or empty.
	// A strongly consistent table has no TTL.
	TTL string
	// Consistency is the table's consistency across Regions. It cannot be changed later.
	Consistency Consistency
}

// Consistency is the consistency of a global table across Regions.
// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/multi-region-strong-consistency-gt.html
type Consistency string

// The consistencies.
const (
	// Eventual accepts every write in its Region and replicates it afterwards. The later
	// write of one item replaces the other.
	Eventual Consistency = ""
	// Strong accepts a write when a second member has it: a conditional write sees the
	// latest value of any Region, and a Region that reaches no other member refuses writes
	// and consistent reads. Other reads stay in the Region. The table has three members,
	// and neither transactions nor expiry.
	Strong Consistency = "strong"
)

// Key is a key attribute. The zero Key means that there is no such attribute.
type Key struct {
	Name string
	Type KeyType
}

// KeyType is the DynamoDB type of a key attribute.
type KeyType string

// The types that a key attribute can have.
const (
	String KeyType = "S"
	Number KeyType = "N"
	Binary KeyType = "B"
)

// Index is a global secondary index.
type Index struct {
	Name     string
	HashKey  Key
	RangeKey Key
	// Include lists the non-key attributes that are copied to the index; nil copies all of them.
	Include []string
}

// PhysicalName returns the table's name in an environment; see TableName.
func (t Table) PhysicalName(environment string) string { return TableName(environment, t.Name) }

// Secret is a Secrets Manager secret, replicated to every Region.
type Secret struct {
	// Name is the logical name, unique in the system.
	Name string
	// Description explains to an operator what the secret is used for.
	Description string
	// RotationDays is the number of days between rotations; 0 disables rotation.
	RotationDays int
}

// PhysicalName returns the secret's name in an environment; see SecretName.
func (s Secret) PhysicalName(environment string) string { return SecretName(environment, s.Name) }

// Read allows GetSecretValue.
func (s Secret) Read() Grant {
	return Grant{Secret: s.Name, Actions: []string{"secretsmanager:GetSecretValue"}}
}
