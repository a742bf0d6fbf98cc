package memory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// Default limits of the indexes of a table. Sources: "Quotas in Amazon DynamoDB" and
// "Projection",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Projection.html
const (
	maxGlobal        = 20  // global secondary indexes
	maxLocal         = 5   // local secondary indexes
	maxIncluded      = 100 // NonKeyAttributes of all indexes, repetitions included
	maxIndexIncluded = 20  // NonKeyAttributes of one index
)

// readIndexes reads the local and the global secondary indexes of a table, and returns
// them by name.
func readIndexes(o *protocol.Object, d *definitions, table keySchema) []*index {
	indexes := append(readLocalIndexes(o, d, table), readGlobalIndexes(o, d)...)
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

func readGlobalIndexes(o *protocol.Object, d *definitions) []*index {
	const member = "GlobalSecondaryIndexes"
	list := readIndexList(o, member)
	if len(list) > maxGlobal {
		o.Fail(protocol.Invalidf("One or more parameter values were invalid: GlobalSecondaryIndex count exceeds the per-table limit of %d", maxGlobal))
	}
	mode := readBillingMode(o)
	var indexes []*index
	for n, element := range list {
		i := readIndex(element, fmt.Sprintf("globalSecondaryIndexes.%d.member", n+1))
		i.keys = readGlobalKeySchema(element, d, fmt.Sprintf("globalSecondaryIndexes.%d.member.keySchema", n+1))
		i.projection, i.include = readIndexProjection(element)
		i.read, i.write = readThroughput(element, mode)
		element.Done()
		indexes = append(indexes, i)
	}
	return indexes
}

func readLocalIndexes(o *protocol.Object, d *definitions, table keySchema) []*index {
	const member = "LocalSecondaryIndexes"
	list := readIndexList(o, member)
	if len(list) > 0 && len(table.sort) == 0 {
		o.Fail(protocol.Invalidf("One or more parameter values were invalid: Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"))
	}
	var indexes []*index
	for n, element := range list {
		i := readIndex(element, fmt.Sprintf("localSecondaryIndexes.%d.member", n+1))
		i.local = true
		i.keys = readKeySchema(element, d, fmt.Sprintf("localSecondaryIndexes.%d.member.keySchema", n+1))
		switch {
		case len(i.keys.hash) == 0 || len(table.hash) == 0: // refused above
		case len(i.keys.sort) == 0:
			o.Fail(protocol.Invalidf("One or more parameter values were invalid: Index KeySchema does not have a range key for index: %s", i.name))
		case i.keys.hash[0].name != table.hash[0].name:
			o.Fail(protocol.Invalidf("One or more parameter values were invalid: Index KeySchema does not have the same leading hash key as table KeySchema for index: %s. index hash key: %s, table hash key: %s", i.name, i.keys.hash[0].name, table.hash[0].name))
		}
		i.projection, i.include = readIndexProjection(element)
		element.Done()
		indexes = append(indexes, i)
	}
	if len(list) > maxLocal {
		o.Fail(protocol.Invalidf("One or more parameter values were invalid: Number of LocalSecondaryIndexes exceeds per-table limit of %d", maxLocal))
	}
	return indexes
}

func readIndexList(o *protocol.Object, member string) []*protocol.Object {
	list := o.Objects(member)
	if o.Has(member) && len(list) == 0 {
		o.Fail(protocol.Invalidf("One or more parameter values were invalid: List of %s is empty", member))
	}
	return list
}

// readIndex reads the name of an index. AWS checks the KeySchema next and the Projection
// last.
func readIndex(o *protocol.Object, path string) *index {
	i := &index{}
	name, ok := o.Text("IndexName")
	if i.name = name; ok {
		checkName(o, path+".indexName", name)
	} else {
		violateNull(o, path+".indexName")
	}
	return i
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
		o.Violate("Value at '%s' failed to satisfy constraint: Member must have length less than or equal to %d", projection.Path("NonKeyAttributes"), maxIndexIncluded)
	}
	for n, name := range include {
		checkAttributeName(o, name)
		if slices.Contains(include[:n], name) {
			o.Fail(errDuplicateAttribute())
		}
	}
	return kind, include
}
