package secrets

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

// Value is a secret as a Cache answers it. It does not print: every way to
// format, log or marshal it gives the word redacted.
type Value[T any] struct{ e *entry[T] }

const redacted = "[redacted]"

// Reveal is the secret itself; the zero T for the zero Value.
func (v Value[T]) Reveal() T {
	if v.e == nil {
		var zero T
		return zero
	}
	return v.e.value
}

// Version is Secrets Manager's identifier of the secret's version; it is no secret.
func (v Value[T]) Version() string {
	if v.e == nil {
		return ""
	}
	return v.e.version
}

// String implements fmt.Stringer.
func (Value[T]) String() string { return redacted }

// Format implements fmt.Formatter, for all verbs.
func (Value[T]) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }

// MarshalJSON implements json.Marshaler.
func (Value[T]) MarshalJSON() ([]byte, error) { return json.Marshal(redacted) }

// MarshalText implements encoding.TextMarshaler.
func (Value[T]) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue implements slog.LogValuer.
func (Value[T]) LogValue() slog.Value { return slog.StringValue(redacted) }

// JSON decodes a secret that is a JSON object.
func JSON[T any](data []byte) (T, error) {
	var v T
	err := json.Unmarshal(data, &v)
	return v, err
}

// Bytes takes a secret as it is.
func Bytes(data []byte) ([]byte, error) { return data, nil }
