package store

import (
	"encoding/binary"
	"errors"
)

// AppendText appends a string with its length.
func AppendText(out []byte, text string) []byte {
	return append(binary.AppendUvarint(out, uint64(len(text))), text...)
}

// Reader reads what AppendText, binary.AppendUvarint and binary.AppendVarint have written.
// After the first error, which OK reports, it returns zero values and no data is left.
type Reader struct {
	Data   []byte
	failed bool
}

// OK reports whether everything could be read.
func (r *Reader) OK() bool { return !r.failed }

// Err returns an error if something could not be read or data is left.
func (r *Reader) Err() error {
	if r.failed || len(r.Data) > 0 {
		return errors.New("its encoding is invalid")
	}
	return nil
}

// Fail records that what was read is invalid.
func (r *Reader) Fail() { r.failed, r.Data = true, nil }

// Byte reads one byte.
func (r *Reader) Byte() byte {
	if len(r.Data) == 0 {
		r.Fail()
		return 0
	}
	b := r.Data[0]
	r.Data = r.Data[1:]
	return b
}

// Uint reads an unsigned varint.
func (r *Reader) Uint() uint64 {
	n, size := binary.Uvarint(r.Data)
	if size <= 0 {
		r.Fail()
		return 0
	}
	r.Data = r.Data[size:]
	return n
}

// Int reads a varint.
func (r *Reader) Int() int64 {
	n, size := binary.Varint(r.Data)
	if size <= 0 {
		r.Fail()
		return 0
	}
	r.Data = r.Data[size:]
	return n
}

// Text reads a string with its length.
func (r *Reader) Text() string {
	length := r.Uint()
	if length > uint64(len(r.Data)) {
		r.Fail()
		return ""
	}
	text := string(r.Data[:length])
	r.Data = r.Data[length:]
	return text
}
