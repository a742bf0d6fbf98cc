// Package resource declares what a bounded context keeps in the cloud: its
// tables and secrets, and the rights that an operation takes on them. One
// declaration serves the store, the embedded cloud, Terraform and IAM.
package resource

// Table is a DynamoDB global table.
type Table struct {
	// Name is the logical name, unique in the system; see PhysicalName.
	Name     string
	HashKey  Key
	RangeKey Key
	Indexes  []Index
	// TTL is the attribute with an item's expiry in seconds since 1970, or empty.
	TTL string
}

// Key is a key attribute; the zero Key is none.
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
	// Include are the non-key attributes that the index holds besides the keys; nil is all of them.
	Include []string
}

// PhysicalName returns the table's name in an environment; see TableName.
func (t Table) PhysicalName(environment string) string { return TableName(environment, t.Name) }

// Secret is a Secrets Manager secret, replicated to every Region.
type Secret struct {
	// Name is the logical name, unique in the system.
	Name string
	// Description tells an operator what it is for.
	Description string
	// RotationDays is how often it is rotated; 0 is never.
	RotationDays int
}

// PhysicalName returns the secret's name in an environment; see SecretName.
func (s Secret) PhysicalName(environment string) string { return SecretName(environment, s.Name) }

// Grant allows actions on one table, one of its indexes, or one secret.
type Grant struct {
	Table  string
	Index  string
	Secret string
	// Actions are IAM actions, such as "dynamodb:GetItem".
	Actions []string
}

// Get allows GetItem.
func (t Table) Get() Grant { return t.allow("dynamodb:GetItem") }

// BatchGet allows BatchGetItem.
func (t Table) BatchGet() Grant { return t.allow("dynamodb:BatchGetItem") }

// Put allows PutItem.
func (t Table) Put() Grant { return t.allow("dynamodb:PutItem") }

// Update allows UpdateItem.
func (t Table) Update() Grant { return t.allow("dynamodb:UpdateItem") }

// Delete allows DeleteItem.
func (t Table) Delete() Grant { return t.allow("dynamodb:DeleteItem") }

// Check allows the condition checks of a transaction.
func (t Table) Check() Grant { return t.allow("dynamodb:ConditionCheckItem") }

// Query allows queries on the index named, or on the table itself when index is empty.
func (t Table) Query(index string) Grant {
	g := t.allow("dynamodb:Query")
	g.Index = index
	return g
}

func (t Table) allow(action string) Grant { return Grant{Table: t.Name, Actions: []string{action}} }

// Read allows to read the secret's value.
func (s Secret) Read() Grant {
	return Grant{Secret: s.Name, Actions: []string{"secretsmanager:GetSecretValue"}}
}
