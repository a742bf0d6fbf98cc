package tree

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// Read parses a JSON or YAML document of at most limit bytes. The extension of
// name selects the format; for any other extension, a document that starts with
// a brace or a bracket is JSON. Every error is an *Error.
func Read(name string, data []byte, limit int) (*Node, error) {
	switch {
	case len(data) > limit:
		return nil, &Error{File: name, Reason: fmt.Sprintf("the document has %d bytes, the limit is %d", len(data), limit)}
	case !utf8.Valid(data):
		line, column := position(data, firstInvalid(data))
		return nil, &Error{File: name, Line: line, Column: column, Reason: "the document is not valid UTF-8"}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, &Error{File: name, Reason: "the document is empty"}
	}
	if isJSON(name, data) {
		return readJSON(name, data)
	}
	return readYAML(name, data)
}

func isJSON(name string, data []byte) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json":
		return true
	case ".yaml", ".yml":
		return false
	}
	return strings.IndexByte("{[", bytes.TrimSpace(data)[0]) >= 0
}

// firstInvalid returns the offset of the first byte that is not valid UTF-8.
func firstInvalid(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(data)
}

// position returns the line and column of an offset.
func position(data []byte, offset int) (line, column int) {
	before := data[:offset]
	return bytes.Count(before, []byte("\n")) + 1, offset - bytes.LastIndexByte(before, '\n')
}
