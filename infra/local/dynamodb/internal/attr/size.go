package attr

import "strings"

// Size returns the size of the item in bytes, which decides the limit of 400 KB and
// the capacity units. Source: "DynamoDB item sizes and formats",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
func (i Item) Size() int {
	size := 0
	for name, value := range i {
		size += len(name) + value.Size()
	}
	return size
}

// Size returns the size of the value in bytes.
func (v Value) Size() int {
	const container, element = 3, 1
	switch v.Kind {
	case S, B:
		return len(v.Text)
	case N:
		return numberSize(v.Text)
	case L:
		size := container
		for _, child := range v.List {
			size += element + child.Size()
		}
		return size
	case M:
		size := container
		for name, child := range v.Map {
			size += element + len(name) + child.Size()
		}
		return size
	case SS, BS:
		return len(strings.Join(v.Set, ""))
	case NS:
		size := 0
		for _, member := range v.Set {
			size += numberSize(member)
		}
		return size
	default: // BOOL, NULL
		return 1
	}
}

// numberSize returns the size of a number: one byte, one for every two significant
// digits before the point and after it, each rounded up, and one for a minus sign.
// AWS documents the size as approximate. This formula agrees with the sizes that
// paritysuite/dynamodb-conformance (numberByteSize.test.ts) has measured on AWS.
func numberSize(canonical string) int {
	d := mustDecimal(canonical)
	if d.digits == "" {
		return 1
	}
	integer := min(max(d.exponent, 0), len(d.digits))
	size := 1 + (integer+1)/2 + (len(d.digits)-integer+1)/2
	if d.negative {
		size++
	}
	return size
}
