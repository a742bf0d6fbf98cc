package rest

import (
	"reflect"
	"strings"

	"github.com/meridian-api/meridian/platform/resource"
)

// IdempotencyKey is embedded in the input of an operation whose requests clients can
// repeat safely. The operation then has the right to read and write its context's
// IdempotencyTable, and the problem Unprocessable. Its Lambda wraps the handler with
// package idempotency.
type IdempotencyKey struct {
	// Key that identifies the request when it is repeated, such as a UUID. Use a new key for each new request. The first
	// response is returned again for a day; the same key with other content is refused with 422.
	Key *string `header:"Idempotency-Key" pattern:"^[ -~]{1,255}$" example:"5d1e0c1e-7f4e-4b61-8a0c-3b3f0a0d9f10"`
}

// RequestKey returns the key of the request, or "" if the client sent no key.
func (k IdempotencyKey) RequestKey() string {
	if k.Key == nil {
		return ""
	}
	return *k.Key
}

// IdempotencyTable returns the table with the records of a context's requests with an
// Idempotency-Key. It is eventually consistent and deletes expired records itself. The
// Region is a part of the key, so that a Region never overwrites the record of another.
func IdempotencyTable(service string) resource.Table {
	return resource.Table{
		Name:     service + "-idempotency",
		HashKey:  resource.Key{Name: "request", Type: resource.String},
		RangeKey: resource.Key{Name: "region", Type: resource.String},
		TTL:      "expiresAt",
	}
}

// Keyed reports whether clients can repeat the operation's requests with an
// Idempotency-Key.
func (d Description) Keyed() bool {
	return embeds(d.Input, "IdempotencyKey", reflect.TypeFor[IdempotencyKey]())
}

// Service returns the name of the operation's context, the first segment of its path.
func (d Description) Service() string {
	service, _, _ := strings.Cut(strings.TrimPrefix(d.Path, "/"), "/")
	return service
}

// AllTables returns the context's tables, with the one that its operations with an
// Idempotency-Key need.
func (s Service) AllTables() []resource.Table {
	for _, o := range s.Operations {
		if o.Describe().Keyed() {
			return append(s.Tables[:len(s.Tables):len(s.Tables)], IdempotencyTable(s.Name))
		}
	}
	return s.Tables
}
