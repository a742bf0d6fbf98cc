package attr

import "strings"

// The bytes of a key sort like the values, and no key is a prefix of another. One
// ordered map of byte strings can therefore store any table or index, and the pairs
// ("a.b", "c") and ("a", "b.c") are different keys.
const (
	keyEnd  = "\x00\x01"
	keyZero = "\x00\xff" // a zero byte within a value; sorts after keyEnd
)

// KeyBytes returns bytes that sort among the keys of one type as the scalar v does
// among the values.
func (v Value) KeyBytes() string { return v.KeyPrefix() + keyEnd }

// KeyPrefix returns the common prefix of all keys that begin with this string or
// binary.
func (v Value) KeyPrefix() string {
	text := v.Text
	if v.Kind == N {
		text = mustDecimal(v.Text).orderKey()
	}
	return strings.ReplaceAll(text, "\x00", keyZero)
}

// KeyAfter returns the least byte string greater than every string that begins with
// prefix.
func KeyAfter(prefix string) string {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] != 0xff {
			return prefix[:i] + string([]byte{prefix[i] + 1})
		}
	}
	return prefix + "\xff" // prefix is empty or all 0xff, which no hash key is
}
