package memory

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// Default limits of a table. Sources: "Quotas in Amazon DynamoDB" and "Projection",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Projection.html
const (
	maxIndexes       = 20  // global secondary indexes
	maxIncluded      = 100 // NonKeyAttributes of all indexes, repetitions included
	maxIndexIncluded = 20  // NonKeyAttributes of one index
)

// billing is the billing mode of a table. The engine does not throttle in either
// mode.
type billing struct {
	mode        string // PROVISIONED or PAY_PER_REQUEST
	read, write int64  // units per second, if provisioned
}

func (e *Engine) createTable(o *protocol.Object) (*result, error) {
	t := &table{name: readTableName(o), id: uuid.NewString(), rows: newOrdered[*row](), created: e.now()}
	kinds, used := readAttributeDefinitions(o), map[string]bool{}
	t.keys = readKeySchema(o, "table", kinds, used)
	t.billing = readBilling(o)
	t.indexes = readIndexes(o, kinds, used)
	if len(used) != len(kinds) {
		o.Fail(protocol.Invalidf("One or more parameter values were invalid: Some AttributeDefinitions are not used. AttributeDefinitions: %d, used: %d", len(kinds), len(used)))
	}
	readDefaults(o)
	o.Done()
	if err := o.Err(); err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.tables[t.name] != nil {
		return nil, protocol.Newf(protocol.ResourceInUseException, "Table already exists: %s", t.name)
	}
	e.tables[t.name] = t
	return success(map[string]any{"TableDescription": e.describe(t, "ACTIVE")})
}

// readDefaults reads switches that may be present as long as they are off.
func readDefaults(o *protocol.Object) {
	for _, name := range []string{"DeletionProtectionEnabled"} {
		if o.Bool(name) {
			o.Fail(protocol.Unsupported(o.Path(name)))
		}
	}
	if s := o.Object("StreamSpecification"); s != nil {
		if s.Bool("StreamEnabled") {
			o.Fail(protocol.Unsupported(o.Path("StreamSpecification")))
		}
		s.Done()
	}
}

func readAttributeDefinitions(o *protocol.Object) map[string]attr.Kind {
	kinds := map[string]attr.Kind{}
	definitions := o.Objects("AttributeDefinitions")
	if len(definitions) == 0 {
		o.Fail(errNull("attributeDefinitions"))
	}
	for _, definition := range definitions {
		name := readAttributeName(definition)
		if kinds[name] != 0 {
			o.Fail(errDuplicateAttribute())
		}
		kinds[name], _ = attr.KindOf(readChoice(definition, "AttributeType", "", "S", "N", "B"))
		if kinds[name] == 0 {
			o.Fail(errNull("attributeDefinitions.attributeType"))
		}
		definition.Done()
	}
	return kinds
}

func errDuplicateAttribute() error {
	return protocol.Invalidf("Cannot have two attributes with the same name")
}

func readAttributeName(o *protocol.Object) string {
	name, _ := o.Text("AttributeName")
	checkAttributeName(o, name)
	return name
}

// checkAttributeName checks the name of a key or projected attribute.
func checkAttributeName(o *protocol.Object, name string) {
	const longest = 255
	if len(name) < 1 || len(name) > longest {
		o.Fail(protocol.Invalidf("Names of key attributes and attributes projected into an index must be between 1 and %d characters, inclusive", longest))
	}
}

// readKeySchema reads a KeySchema and marks the attributes that it uses.
func readKeySchema(o *protocol.Object, of string, kinds map[string]attr.Kind, used map[string]bool) keySchema {
	var keys keySchema
	hashes, ranges := 0, 0
	for n, element := range o.Objects("KeySchema") {
		key := keyDefinition{name: readAttributeName(element)}
		kind := readChoice(element, "KeyType", "", "HASH", "RANGE")
		element.Done()
		if key.kind = kinds[key.name]; key.kind == 0 {
			o.Fail(protocol.Invalidf("One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [%s]", key.name))
		}
		used[key.name] = true
		switch kind {
		case "HASH":
			hashes++
		case "RANGE":
			ranges++
		}
		switch {
		case n == 0 && kind == "HASH":
			keys.hash = key
		case n == 1 && kind == "RANGE" && key.name != keys.hash.name:
			keys.sort = &key
		default:
			o.Fail(protocol.Invalidf("Invalid KeySchema of the %s: want a HASH key, then at most one RANGE key with another name", of))
		}
	}
	if keys.hash.name == "" {
		o.Fail(protocol.Invalidf("No Hash Key specified in the schema of the %s.  All Dynamo DB tables must have exactly one hash key", of))
	}
	if of != "table" && (hashes > 1 || ranges > 1) {
		o.Fail(protocol.Unsupported(o.Path("KeySchema") + " with several HASH or RANGE attributes"))
	}
	return keys
}

func readBilling(o *protocol.Object) billing {
	b := billing{mode: readChoice(o, "BillingMode", "PROVISIONED", "PAY_PER_REQUEST")}
	b.read, b.write = readThroughput(o, b.mode)
	return b
}

func readThroughput(o *protocol.Object, mode string) (read, write int64) {
	units := o.Object("ProvisionedThroughput")
	switch {
	case units == nil && mode == "PROVISIONED":
		o.Fail(protocol.Invalidf("One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"))
		return 0, 0
	case units == nil:
		return 0, 0
	case mode == "PAY_PER_REQUEST":
		o.Fail(protocol.Invalidf("One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"))
	}
	read, _ = units.Int("ReadCapacityUnits")
	write, _ = units.Int("WriteCapacityUnits")
	units.Done()
	if read < 1 || write < 1 {
		o.Fail(protocol.Invalidf("1 validation error detected: ReadCapacityUnits and WriteCapacityUnits must be at least 1"))
	}
	return read, write
}

func readIndexes(o *protocol.Object, kinds map[string]attr.Kind, used map[string]bool) []*index {
	list := o.Objects("GlobalSecondaryIndexes")
	if o.Has("GlobalSecondaryIndexes") && len(list) == 0 {
		o.Fail(protocol.Invalidf("One or more parameter values were invalid: List of GlobalSecondaryIndexes is empty"))
	}
	if len(list) > maxIndexes {
		o.Fail(protocol.Invalidf("One or more parameter values were invalid: GlobalSecondaryIndex count exceeds the per-table limit of %d", maxIndexes))
	}
	mode := readChoice(o, "BillingMode", "PROVISIONED", "PAY_PER_REQUEST")
	var indexes []*index
	for _, member := range list {
		i := &index{rows: newOrdered[*row]()}
		i.name, _ = member.Text("IndexName")
		if !validName(i.name) {
			o.Fail(errName(i.name))
		}
		i.keys = readKeySchema(member, "index "+i.name, kinds, used)
		i.projection, i.include = readIndexProjection(member)
		readThroughput(member, mode)
		member.Done()
		indexes = append(indexes, i)
	}
	included := 0
	for _, i := range indexes {
		included += len(i.include)
	}
	if included > maxIncluded {
		o.Fail(protocol.Invalidf("One or more parameter values were invalid: Number of projected attributes exceeds the per-table limit of %d", maxIncluded))
	}
	slices.SortFunc(indexes, func(a, b *index) int { return strings.Compare(a.name, b.name) })
	for n := range indexes {
		if n > 0 && indexes[n].name == indexes[n-1].name {
			o.Fail(protocol.Invalidf("One or more parameter values were invalid: Duplicate index name: %s", indexes[n].name))
		}
	}
	return indexes
}

func readIndexProjection(o *protocol.Object) (kind string, include []string) {
	projection := o.Object("Projection")
	if projection == nil {
		o.Fail(protocol.Invalidf("One or more parameter values were invalid: Indexes must have a projection specified"))
		return "", nil
	}
	kind = readChoice(projection, "ProjectionType", "", "ALL", "KEYS_ONLY", "INCLUDE")
	include = projection.Texts("NonKeyAttributes")
	projection.Done()
	switch {
	case kind == "":
		o.Fail(protocol.Invalidf("One or more parameter values were invalid: Unknown ProjectionType: null"))
	case kind == "INCLUDE" && len(include) == 0:
		o.Fail(protocol.Invalidf("One or more parameter values were invalid: ProjectionType is INCLUDE, but NonKeyAttributes is not specified"))
	case kind != "INCLUDE" && include != nil:
		o.Fail(protocol.Invalidf("One or more parameter values were invalid: ProjectionType is %s, but NonKeyAttributes is specified", kind))
	case len(include) > maxIndexIncluded:
		o.Fail(protocol.Invalidf("1 validation error detected: Value at '%s' failed to satisfy constraint: Member must have length less than or equal to %d", projection.Path("NonKeyAttributes"), maxIndexIncluded))
	}
	for n, name := range include {
		checkAttributeName(o, name)
		if slices.Contains(include[:n], name) {
			o.Fail(errDuplicateAttribute())
		}
	}
	return kind, include
}
