package attr

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// maxNesting is the maximum number of levels of nested lists and maps. MaxName is the
// maximum length of an attribute name in bytes. Source: "Quotas in Amazon DynamoDB",
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
const (
	maxNesting = 31
	MaxName    = 1<<16 - 1
)

// ReadItem reads a member of a request that contains an item. It reports false if
// the member is absent or invalid.
func ReadItem(o *protocol.Object, name string) (Item, bool) {
	raw, ok := o.Raw(name)
	if !ok {
		return nil, false
	}
	item, err := DecodeItem(raw)
	if err != nil {
		o.Fail(err)
		return nil, false
	}
	return item, true
}

// ReadItems reads a member of a request that lists items. It reports false if the
// member is absent or invalid.
func ReadItems(o *protocol.Object, name string) ([]Item, bool) {
	raw, ok := o.Raw(name)
	if !ok {
		return nil, false
	}
	list, ok := raw.([]any)
	if !ok {
		o.Fail(protocol.Malformedf("%s is not a list", o.Path(name)))
		return nil, false
	}
	items := make([]Item, 0, len(list))
	for _, element := range list {
		item, err := DecodeItem(element)
		if err != nil {
			o.Fail(err)
			return nil, false
		}
		items = append(items, item)
	}
	return items, true
}

// DecodeItem decodes an item from JSON that was decoded with json.Number for
// numbers.
func DecodeItem(raw any) (Item, error) { return decodeMap(raw, 0) }

func decodeMap(raw any, depth int) (Item, error) {
	members, ok := raw.(map[string]any)
	if !ok {
		return nil, protocol.Malformedf("a map of attribute values is not an object")
	}
	item := make(Item, len(members))
	for name, member := range members {
		if name == "" {
			return nil, protocol.Invalidf("Empty attribute name")
		}
		if len(name) > MaxName {
			return nil, protocol.Invalidf("Attribute name is too large, must be less than %d bytes", MaxName+1)
		}
		value, err := decode(member, depth)
		if err != nil {
			return nil, err
		}
		item[name] = value
	}
	return item, nil
}

// Decode reads the JSON of one attribute value.
func Decode(raw any) (Value, error) { return decode(raw, 0) }

func decode(raw any, depth int) (Value, error) {
	members, ok := raw.(map[string]any)
	if !ok {
		return Value{}, protocol.Malformedf("an attribute value is not an object")
	}
	var kind Kind
	var body any
	for name, member := range members {
		known, ok := KindOf(name)
		if !ok || member == nil {
			continue
		}
		if kind != 0 {
			return Value{}, protocol.Invalidf("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
		}
		kind, body = known, member
	}
	switch kind {
	case 0:
		return Value{}, protocol.Invalidf("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
	case BOOL, NULL:
		return decodeFlag(kind, body)
	case L, M:
		if depth == maxNesting {
			return Value{}, protocol.Invalidf("1 validation error detected: Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit")
		}
		return decodeDocument(kind, body, depth+1)
	case SS, NS, BS:
		return decodeSet(kind, body)
	default:
		text, err := decodeScalar(kind, body)
		return Value{Kind: kind, Text: text}, err
	}
}

func decodeFlag(kind Kind, body any) (Value, error) {
	flag, ok := body.(bool)
	if !ok {
		return Value{}, protocol.Malformedf("%s is not a boolean", kind)
	}
	if kind == NULL && !flag {
		return Value{}, protocol.Invalidf("One or more parameter values were invalid: Null attribute value types must have the value of true")
	}
	return Value{Kind: kind, Bool: flag}, nil
}

func decodeDocument(kind Kind, body any, depth int) (Value, error) {
	if kind == M {
		members, err := decodeMap(body, depth)
		return Value{Kind: M, Map: members}, err
	}
	elements, ok := body.([]any)
	if !ok {
		return Value{}, protocol.Malformedf("L is not a list")
	}
	list := make([]Value, 0, len(elements))
	for _, element := range elements {
		value, err := decode(element, depth)
		if err != nil {
			return Value{}, err
		}
		list = append(list, value)
	}
	return Value{Kind: L, List: list}, nil
}

func decodeSet(kind Kind, body any) (Value, error) {
	elements, ok := body.([]any)
	if !ok {
		return Value{}, protocol.Malformedf("%s is not a list", kind)
	}
	if len(elements) == 0 {
		names := map[Kind]string{SS: "string", NS: "number", BS: "binary"}
		return Value{}, protocol.Invalidf("One or more parameter values were invalid: An %s set  may not be empty", names[kind])
	}
	members := make([]string, 0, len(elements))
	for _, element := range elements {
		member, err := decodeScalar(map[Kind]Kind{SS: S, NS: N, BS: B}[kind], element)
		if err != nil {
			return Value{}, err
		}
		members = append(members, member)
	}
	if len(slices.Compact(slices.Sorted(slices.Values(members)))) != len(members) {
		return Value{}, errDuplicates(kind, elements)
	}
	return Value{Kind: kind, Set: members}, nil
}

// errDuplicates returns the error for a set with a repeated member. AWS words it
// differently for each type (infra/local/dynamodb/testdata/recorded/put).
func errDuplicates(kind Kind, elements []any) error {
	texts := make([]string, len(elements))
	for n, element := range elements {
		texts[n] = fmt.Sprint(element)
	}
	list := strings.Join(texts, ", ")
	switch kind {
	case NS:
		return protocol.Invalidf("Input collection contains duplicates")
	case BS:
		return protocol.Invalidf("One or more parameter values were invalid: Input collection [%s]of type BS contains duplicates.", list)
	default:
		return protocol.Invalidf("One or more parameter values were invalid: Input collection [%s] contains duplicates.", list)
	}
}

func decodeScalar(kind Kind, body any) (string, error) {
	text, ok := body.(string)
	if !ok {
		return "", protocol.Malformedf("%s is not a string", kind)
	}
	switch kind {
	case N:
		number, err := ParseNumber(text)
		return number.Text, err
	case B:
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return "", protocol.Malformedf("B is not base64: %v", err)
		}
		return string(data), nil
	default:
		return text, nil
	}
}

// MarshalJSON returns the item as DynamoDB encodes it, with its attributes sorted.
func (i Item) MarshalJSON() ([]byte, error) { return i.append(nil), nil }

// MarshalJSON returns the value as DynamoDB encodes it, such as {"S":"x"}.
func (v Value) MarshalJSON() ([]byte, error) { return v.append(nil), nil }

func (i Item) append(out []byte) []byte {
	out = append(out, '{')
	for n, name := range slices.Sorted(maps.Keys(i)) {
		if n > 0 {
			out = append(out, ',')
		}
		out = append(appendText(out, name), ':')
		out = i[name].append(out)
	}
	return append(out, '}')
}

func (v Value) append(out []byte) []byte {
	out = append(out, `{"`...)
	out = append(out, v.Kind.String()...)
	out = append(out, `":`...)
	switch v.Kind {
	case BOOL, NULL:
		out = strconv.AppendBool(out, v.Bool)
	case M:
		out = v.Map.append(out)
	case L:
		out = appendList(out, v.List, func(out []byte, element Value) []byte { return element.append(out) })
	case SS, NS, BS:
		out = appendList(out, v.Set, func(out []byte, member string) []byte { return appendScalar(out, v.Kind == BS, member) })
	default:
		out = appendScalar(out, v.Kind == B, v.Text)
	}
	return append(out, '}')
}

func appendList[T any](out []byte, list []T, element func([]byte, T) []byte) []byte {
	out = append(out, '[')
	for n, e := range list {
		if n > 0 {
			out = append(out, ',')
		}
		out = element(out, e)
	}
	return append(out, ']')
}

func appendScalar(out []byte, binary bool, text string) []byte {
	if binary {
		out = append(out, '"')
		out = base64.StdEncoding.AppendEncode(out, []byte(text))
		return append(out, '"')
	}
	return appendText(out, text)
}

// appendText appends a JSON string. Requests are valid UTF-8, so only the
// characters that JSON reserves are escaped.
func appendText(out []byte, text string) []byte {
	const hex = "0123456789abcdef"
	out = append(out, '"')
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c < 0x20:
			out = append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}
