package schema

// replacer replaces parts of a text, from the start to the end. It copies the text
// only if it has to replace something.
type replacer struct {
	data   []byte
	out    []byte
	copied int // bytes of data that are in out
}

// replace replaces the bytes of the text from start to end.
func (r *replacer) replace(start, end int, by string) {
	r.out = append(append(r.out, r.data[r.copied:start]...), by...)
	r.copied = end
}

// result returns the text with its replacements, or the text itself without any.
func (r *replacer) result() []byte {
	if r.out == nil {
		return r.data
	}
	return append(r.out, r.data[r.copied:]...)
}
