package tree

import (
	"bytes"
	"encoding/json"
)

// JSON returns the tree as JSON on one line, with members in order and numbers as
// written.
func (n *Node) JSON() []byte {
	var out bytes.Buffer
	n.encode(&out)
	return out.Bytes()
}

func (n *Node) encode(out *bytes.Buffer) {
	switch n.Kind {
	case Object:
		out.WriteByte('{')
		for i, m := range n.Members {
			if i > 0 {
				out.WriteByte(',')
			}
			encodeString(out, m.Name)
			out.WriteByte(':')
			m.Value.encode(out)
		}
		out.WriteByte('}')
	case Array:
		out.WriteByte('[')
		for i, item := range n.Items {
			if i > 0 {
				out.WriteByte(',')
			}
			item.encode(out)
		}
		out.WriteByte(']')
	case String:
		encodeString(out, n.Text)
	case Null:
		out.WriteString("null")
	default: // a number, true or false
		out.WriteString(n.Text)
	}
}

func encodeString(out *bytes.Buffer, text string) {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.Encode(text) // cannot fail for a string
	out.Truncate(out.Len() - len("\n"))
}
