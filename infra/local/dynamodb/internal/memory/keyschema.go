package memory

import (
	"fmt"
	"strings"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// maxParts is the maximum number of attributes in the partition key, and in the sort
// key, of a global secondary index. Tables and local secondary indexes have at most one
// of each.
const maxParts = 4

// keyElement is a member of a KeySchema.
type keyElement struct{ name, keyType string }

// readKeySchema reads the KeySchema of a table or of a local secondary index: a HASH
// key, and at most one RANGE key. The path is the schema's in the request.
func readKeySchema(o *protocol.Object, d *definitions, path string) keySchema {
	elements := readKeyElements(o)
	if len(elements) > 2 {
		o.Violate("Value '%s' at '%s' failed to satisfy constraint: Member must have length less than or equal to 2", formatElements(elements), path)
	}
	keys := d.resolve(o, elements)
	switch {
	case len(elements) == 0:
		violateNull(o, path)
	case elements[0].keyType != "HASH":
		o.Fail(errFirstKey())
	case len(elements) < 2:
	case elements[0].name == elements[1].name:
		o.Fail(errSameKeyName())
	case elements[1].keyType != "RANGE":
		o.Fail(protocol.Invalidf("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"))
	}
	return keys
}

// readGlobalKeySchema reads the KeySchema of a global secondary index: up to maxParts
// HASH keys, and up to as many RANGE keys.
func readGlobalKeySchema(o *protocol.Object, d *definitions, path string) keySchema {
	elements := readKeyElements(o)
	keys := d.resolve(o, elements)
	switch {
	case len(elements) == 0:
		violateNull(o, path)
	case elements[0].keyType != "HASH":
		o.Fail(errFirstKey())
	case len(keys.hash) > maxParts:
		o.Fail(errKeyParts("HASH"))
	case len(keys.sort) > maxParts:
		o.Fail(errKeyParts("RANGE"))
	case repeats(keys.hash) || repeats(keys.sort):
		o.Fail(protocol.Invalidf("The KeySchema contains multiple key attributes with the same name"))
	case repeats(keys.attributes()):
		o.Fail(errSameKeyName())
	}
	for n, e := range elements {
		if n > 0 && e.keyType == "HASH" && elements[n-1].keyType == "RANGE" {
			o.Fail(protocol.Invalidf("One or more parameter values were invalid: All HASH key attributes must precede RANGE key attributes in the KeySchema"))
		}
	}
	return keys
}

func readKeyElements(o *protocol.Object) []keyElement {
	var elements []keyElement
	for _, element := range o.Objects("KeySchema") {
		elements = append(elements, keyElement{
			name: readAttributeName(element), keyType: readChoice(element, "KeyType", "", "HASH", "RANGE"),
		})
		element.Done()
	}
	return elements
}

// resolve returns the elements with their types, and marks their attributes as used.
func (d *definitions) resolve(o *protocol.Object, elements []keyElement) keySchema {
	var keys keySchema
	var names []string
	missing := false
	for _, e := range elements {
		key := keyDefinition{name: e.name, kind: d.kinds[e.name]}
		names = append(names, e.name)
		missing = missing || key.kind == 0
		d.used[e.name] = true
		if e.keyType == "HASH" {
			keys.hash = append(keys.hash, key)
		} else {
			keys.sort = append(keys.sort, key)
		}
	}
	if missing {
		o.Fail(protocol.Invalidf("One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [%s], AttributeDefinitions: [%s]", strings.Join(names, ", "), strings.Join(d.names, ", ")))
	}
	return keys
}

func repeats(keys []keyDefinition) bool {
	for n, key := range keys {
		if find(keys[:n], key.name) != nil {
			return true
		}
	}
	return false
}

// formatElements returns a KeySchema as AWS prints it in an error.
func formatElements(elements []keyElement) string {
	texts := make([]string, len(elements))
	for n, e := range elements {
		texts[n] = fmt.Sprintf("KeySchemaElement(attributeName=%s, keyType=%s)", e.name, e.keyType)
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

func errFirstKey() error {
	return protocol.Invalidf("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
}

func errSameKeyName() error {
	return protocol.Invalidf("Both the Hash Key and the Range Key element in the KeySchema have the same name")
}

func errKeyParts(keyType string) error {
	return protocol.Invalidf("One or more parameter values were invalid: The KeySchema exceeds the maximum allowed number of %s key attributes", keyType)
}
