package attr

import "strings"

// Size is the item's size in bytes by DynamoDB's rules, which decide the 400 KB
// limit and every capacity unit.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
func (i Item) Size() int {
	size := 0
	for name, value := range i {
		size += len(name) + value.size()
	}
	return size
}

func (v Value) size() int {
	const container, element = 3, 1
	switch v.Kind {
	case S, B:
		return len(v.Text)
	case N:
		return numberSize(v.Text)
	case L:
		size := container
		for _, child := range v.List {
			size += element + child.size()
		}
		return size
	case M:
		size := container
		for name, child := range v.Map {
			size += element + len(name) + child.size()
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

// numberSize is one byte, one for each two significant digits on either side of
// the point, and one for a minus. The guide says "approximately"; this is what
// measuring the service gives, with whole and fraction rounded up apart.
func numberSize(canonical string) int {
	d := mustDecimal(canonical)
	if d.digits == "" {
		return 1
	}
	whole := min(max(d.exponent, 0), len(d.digits))
	size := 1 + (whole+1)/2 + (len(d.digits)-whole+1)/2
	if d.negative {
		size++
	}
	return size
}
