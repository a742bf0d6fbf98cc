package attr

import "strings"

// A key's bytes order as its values do, and no key is a prefix of another: that
// lets one ordered map of byte strings hold every table and index, and makes
// "a.b"+"c" and "a"+"b.c" two keys.
const (
	keyEnd  = "\x00\x01"
	keyZero = "\x00\xff" // a zero byte within a value, above keyEnd
)

// KeyBytes is a scalar's place in the order of its type.
func (v Value) KeyBytes() string { return v.KeyPrefix() + keyEnd }

// KeyPrefix is where the keys begin that start with this string or binary.
func (v Value) KeyPrefix() string {
	text := v.Text
	if v.Kind == N {
		text = mustDecimal(v.Text).orderKey()
	}
	return strings.ReplaceAll(text, "\x00", keyZero)
}

// KeyAfter is the least byte string above everything that begins with prefix.
func KeyAfter(prefix string) string {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] != 0xff {
			return prefix[:i] + string([]byte{prefix[i] + 1})
		}
	}
	return prefix + "\xff" // only the empty prefix and all-0xff ones, which no key's hash part is
}
