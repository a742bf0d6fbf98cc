// Package fieldlist parses the values of header fields that are lists (RFC 9110,
// section 5.6.1).
package fieldlist

import "strings"

// Elements returns the elements of a list without the white space around them. It
// leaves out empty elements. A comma in a quoted string does not end an element; a
// quote that is not closed extends to the end of the value.
func Elements(value string) []string {
	elements := []string{}
	start, quoted := 0, false
	add := func(end int) {
		if element := strings.Trim(value[start:end], " \t"); element != "" {
			elements = append(elements, element)
		}
		start = end + 1
	}
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			i++
		case c == ',' && !quoted:
			add(i)
		}
	}
	if start < len(value) {
		add(len(value))
	}
	return elements
}

// Unquote returns the value of an element that is a quoted string (RFC 9110, section
// 5.6.4), and any other element as it is.
func Unquote(element string) string {
	if len(element) < 2 || element[0] != '"' || element[len(element)-1] != '"' {
		return element
	}
	inner := element[1 : len(element)-1]
	if strings.IndexByte(inner, '"') < 0 && strings.IndexByte(inner, '\\') < 0 {
		return inner
	}
	var out strings.Builder
	for i := 0; i < len(inner); i++ {
		switch {
		case inner[i] == '"', inner[i] == '\\' && i+1 == len(inner):
			return element // the string ends before the end of the element
		case inner[i] == '\\':
			i++
		}
		out.WriteByte(inner[i])
	}
	return out.String()
}
