package tree

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// Read reads a document in JSON or YAML of at most limit bytes. The name tells
// which of the two, by its extension, else the first character. An error is an
// *Error.
func Read(name string, data []byte, limit int) (*Node, error) {
	switch {
	case len(data) > limit:
		return nil, &Error{File: name, Reason: fmt.Sprintf("the document has %d bytes, and %d is the most", len(data), limit)}
	case !utf8.Valid(data):
		line, column := position(data, invalid(data))
		return nil, &Error{File: name, Line: line, Column: column, Reason: "this is not UTF-8"}
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

// invalid is the offset of the first byte that is not UTF-8.
func invalid(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(data)
}

// position is the line and column of an offset.
func position(data []byte, offset int) (line, column int) {
	before := data[:offset]
	return bytes.Count(before, []byte("\n")) + 1, offset - bytes.LastIndexByte(before, '\n')
}
