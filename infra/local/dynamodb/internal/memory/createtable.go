package memory

import (
	"github.com/google/uuid"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/attr"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

// billing is the billing mode of a table. The engine does not throttle in either
// mode.
type billing struct {
	mode        string // PROVISIONED or PAY_PER_REQUEST
	read, write int64  // units per second, if provisioned
}

func (e *Engine) createTable(tx *store.Tx, o *protocol.Object) (*result, error) {
	t, err := readTable(o)
	if err != nil {
		return nil, err
	}
	t.id, t.created = uuid.NewString(), e.options.Now()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.tables[t.name] != nil {
		return nil, protocol.Newf(protocol.ResourceInUseException, "Table already exists: %s", t.name)
	}
	e.add(t)
	e.definitions.Set(tx, t.name, definition{request: o.Members(), id: t.id, created: t.created})
	return success(map[string]any{"TableDescription": e.describe(t, "ACTIVE")})
}

// readTable reads a CreateTable request. The returned table has no rows yet.
func readTable(o *protocol.Object) (*table, error) {
	t := &table{name: readNewTableName(o)}
	d := readAttributeDefinitions(o)
	t.keys = readKeySchema(o, d, "keySchema")
	t.billing = readBilling(o)
	t.indexes = readIndexes(o, d, t.keys)
	if len(d.used) != len(d.kinds) {
		o.Fail(protocol.Invalidf("One or more parameter values were invalid: Some AttributeDefinitions are not used. AttributeDefinitions: %d, used: %d", len(d.kinds), len(d.used)))
	}
	readDefaults(o)
	o.Done()
	return t, o.Err()
}

func readNewTableName(o *protocol.Object) string {
	name, ok := o.Text("TableName")
	if !ok {
		violateNull(o, "tableName")
	} else {
		checkName(o, "tableName", name)
	}
	return name
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

// definitions are the AttributeDefinitions of a CreateTable.
type definitions struct {
	names []string // as in the request
	kinds map[string]attr.Kind
	used  map[string]bool // by the KeySchema of the table or of an index
}

func readAttributeDefinitions(o *protocol.Object) *definitions {
	d := &definitions{kinds: map[string]attr.Kind{}, used: map[string]bool{}}
	list := o.Objects("AttributeDefinitions")
	if len(list) == 0 {
		violateNull(o, "attributeDefinitions")
	}
	for _, definition := range list {
		name := readAttributeName(definition)
		if d.kinds[name] != 0 {
			o.Fail(errDuplicateAttribute())
		}
		d.names = append(d.names, name)
		d.kinds[name], _ = attr.KindOf(readChoice(definition, "AttributeType", "", "S", "N", "B"))
		if d.kinds[name] == 0 {
			violateNull(o, "attributeDefinitions.attributeType")
		}
		definition.Done()
	}
	return d
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

func readBilling(o *protocol.Object) billing {
	b := billing{mode: readBillingMode(o)}
	b.read, b.write = readThroughput(o, b.mode)
	return b
}

func readBillingMode(o *protocol.Object) string {
	return readChoice(o, "BillingMode", "PROVISIONED", "PROVISIONED", "PAY_PER_REQUEST")
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
		o.Violate("ReadCapacityUnits and WriteCapacityUnits must be at least 1")
	}
	return read, write
}
