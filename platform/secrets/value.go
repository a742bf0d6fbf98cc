package secrets

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Value is a secret from a Cache. Only Reveal returns the secret: formatting, logging
// and marshaling a Value yield the text [redacted].
type Value[T any] struct{ e *entry[T] }

const redacted = "[redacted]"

// Reveal returns the secret. It returns the zero T for the zero Value.
func (v Value[T]) Reveal() T {
	if v.e == nil {
		var zero T
		return zero
	}
	return v.e.value
}

// Version returns Secrets Manager's identifier of the version, which is not secret.
func (v Value[T]) Version() string {
	if v.e == nil {
		return ""
	}
	return v.e.version
}

// Created returns when Secrets Manager created the version, or the zero time if that is
// unknown.
func (v Value[T]) Created() time.Time {
	if v.e == nil {
		return time.Time{}
	}
	return v.e.created
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

// JSON decodes a secret that is a JSON text.
func JSON[T any](data []byte) (T, error) {
	var v T
	err := json.Unmarshal(data, &v)
	return v, err
}

// Bytes returns the secret unchanged.
func Bytes(data []byte) ([]byte, error) { return data, nil }
