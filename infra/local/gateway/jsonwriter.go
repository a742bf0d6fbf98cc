package gateway

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// jsonWriter is the beginning of a JSON text. Members follow each other without commas:
// key writes them.
type jsonWriter []byte

func (w *jsonWriter) open(bracket byte)  { *w = append(*w, bracket) }
func (w *jsonWriter) close(bracket byte) { *w = append(*w, bracket) }

// separate writes the comma before a member or an element that is not the first one.
func (w *jsonWriter) separate() {
	if last := (*w)[len(*w)-1]; last != '{' && last != '[' {
		*w = append(*w, ',')
	}
}

func (w *jsonWriter) key(name string) {
	w.separate()
	*w = append(appendQuoted(*w, name), ':')
}

func (w *jsonWriter) text(name, value string) {
	w.key(name)
	*w = appendQuoted(*w, value)
}

func (w *jsonWriter) integer(name string, value int64) {
	w.key(name)
	*w = strconv.AppendInt(*w, value, 10)
}

func (w *jsonWriter) boolean(name string, value bool) {
	w.key(name)
	*w = strconv.AppendBool(*w, value)
}

func (w *jsonWriter) null(name string) {
	w.key(name)
	*w = append(*w, "null"...)
}

// list writes a list of strings.
func (w *jsonWriter) list(name string, values []string) {
	w.key(name)
	w.open('[')
	for _, value := range values {
		w.separate()
		*w = appendQuoted(*w, value)
	}
	w.close(']')
}

// object writes an object with the members that write writes, or null for 0 members.
func (w *jsonWriter) object(name string, members int, write func()) {
	if members == 0 {
		w.null(name)
		return
	}
	w.key(name)
	w.open('{')
	write()
	w.close('}')
}

// texts writes the members of a map, sorted by name.
func (w *jsonWriter) texts(members map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		w.text(name, members[name])
	}
}

// appendQuoted appends a string as JSON, as quoteJSON encodes it.
func appendQuoted(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return append(b, quoteJSON(s)...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// quoteJSON encodes a string as JSON, without the escapes for HTML.
func quoteJSON(s string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}
