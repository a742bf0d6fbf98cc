package linttest

import (
	"encoding/json"
	"strings"

	"github.com/meridian-api/meridian/contract/internal/tree"
)

// maxBytes bounds the documents of this package.
const maxBytes = 64 << 20

// JSON returns a document in YAML as JSON. Members that come twice stay.
func JSON(document string) []byte {
	root, err := tree.Read("case.yaml", []byte(document), maxBytes)
	if err != nil {
		panic(err)
	}
	var b strings.Builder
	writeJSON(&b, root)
	return []byte(b.String())
}

func writeJSON(b *strings.Builder, n *tree.Node) {
	switch n.Kind {
	case tree.Null:
		b.WriteString("null")
	case tree.String:
		writeString(b, n.Text)
	case tree.Array:
		b.WriteByte('[')
		for i, item := range n.Items {
			writeComma(b, i)
			writeJSON(b, item)
		}
		b.WriteByte(']')
	case tree.Object:
		b.WriteByte('{')
		for i, m := range n.Members {
			writeComma(b, i)
			writeString(b, m.Name)
			b.WriteByte(':')
			writeJSON(b, m.Value)
		}
		b.WriteByte('}')
	default:
		b.WriteString(n.Text)
	}
}

func writeComma(b *strings.Builder, i int) {
	if i > 0 {
		b.WriteByte(',')
	}
}

func writeString(b *strings.Builder, s string) {
	text, err := json.Marshal(s)
	if err != nil { // a string always encodes
		panic(err)
	}
	b.Write(text)
}
