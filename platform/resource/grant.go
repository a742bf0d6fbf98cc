package resource

// Grant allows actions on a table, on an index of it, or on a secret.
type Grant struct {
	Table  string
	Index  string
	Secret string
	// Actions are IAM actions, such as "dynamodb:GetItem".
	Actions []string
	// Keys limits the actions to the items with these hash keys. A key that ends in "*" is a
	// prefix. Without Keys, the grant is for every item.
	Keys []string
	// Attributes limits a read to these attributes; see Only.
	Attributes []string
	// Transaction limits a write to transactions.
	Transaction bool
	// Replicas extends a read to every replica of a strongly consistent table; see InEveryReplica.
	Replicas bool
}

// Limit limits a Grant. The limits of one grant apply together.
type Limit func(*Grant)

// Keys limits a grant to the items with these hash keys, which are strings: of the table,
// or of the index that is queried. A key that ends in "*" is a prefix, such as "claim#*".
// IAM compares them with dynamodb:LeadingKeys.
func Keys(keys ...string) Limit { return func(g *Grant) { g.Keys = keys } }

// Only limits a read to these attributes. It must send them, and no others, as its
// projection; the attributes of its filter, of its key condition and of the table's
// key must be among them. IAM compares them with dynamodb:Attributes.
//
// A write cannot be limited: a failed condition returns the complete item, and IAM has no
// condition key for that.
// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
func Only(attributes ...string) Limit { return func(g *Grant) { g.Attributes = attributes } }

// InTransaction limits a write to transactions, which carry conditions on other items.
// IAM compares it with dynamodb:EnclosingOperation.
// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
func InTransaction() Limit { return func(g *Grant) { g.Transaction = true } }

// InEveryReplica extends a read of a strongly consistent table to all Regions with a replica
// of it. A write that must know what every Region shows reads there.
func InEveryReplica() Limit { return func(g *Grant) { g.Replicas = true } }

// Get allows GetItem.
func (t Table) Get(limits ...Limit) Grant { return t.allow("dynamodb:GetItem", limits) }

// BatchGet allows BatchGetItem.
func (t Table) BatchGet(limits ...Limit) Grant { return t.allow("dynamodb:BatchGetItem", limits) }

// Put allows PutItem.
func (t Table) Put(limits ...Limit) Grant { return t.allow("dynamodb:PutItem", limits) }

// Update allows UpdateItem.
func (t Table) Update(limits ...Limit) Grant { return t.allow("dynamodb:UpdateItem", limits) }

// Delete allows DeleteItem.
func (t Table) Delete(limits ...Limit) Grant { return t.allow("dynamodb:DeleteItem", limits) }

// Check allows ConditionCheckItem, the condition check of a transaction.
func (t Table) Check(limits ...Limit) Grant { return t.allow("dynamodb:ConditionCheckItem", limits) }

// Query allows Query on the named index, or on the table if index is empty.
func (t Table) Query(index string, limits ...Limit) Grant {
	g := t.allow("dynamodb:Query", limits)
	g.Index = index
	return g
}

func (t Table) allow(action string, limits []Limit) Grant {
	g := Grant{Table: t.Name, Actions: []string{action}}
	for _, limit := range limits {
		limit(&g)
	}
	return g
}
