package rest

import (
	"reflect"

	"github.com/meridian-api/meridian/platform/resource"
)

// Paging is embedded in the input of an operation that lists something page by page,
// whose output is a List. The operation then has the right to read its context's
// CursorKey, which signs the cursors. Its Lambda wraps the handler with package cursor.
type Paging struct {
	// Maximum number of items on the page. The default is 20.
	Limit *int `query:"limit" minimum:"1" maximum:"100" example:"20"`
	// The `nextCursor` of the previous page. It is valid for the same caller and the same other parameters, of which only `limit` may change.
	// There is no example, because cursors are signed with a key of the environment.
	Cursor *string `query:"cursor" maxLength:"512"`
}

// DefaultPageSize is the number of items on a page if the caller sets no limit.
const DefaultPageSize = 20

// PageSize returns the maximum number of items on the page.
func (p Paging) PageSize() int {
	if p.Limit == nil {
		return DefaultPageSize
	}
	return *p.Limit
}

// PageCursor returns the request's cursor, or nil for the first page.
func (p Paging) PageCursor() *string { return p.Cursor }

// List is the output of an operation that lists something page by page.
type List[T any] struct{ Body Page[T] }

// Page is one page of a list.
type Page[T any] struct {
	// Items on the page, in the order of the list.
	Items []T `json:"items"`
	// Cursor of the next page. Absent on the last page.
	NextCursor string `json:"nextCursor,omitempty" example:"kHy0m1Jx9yQ1Qy4c0b3dNXsiaWQiOiI3ZjBjOWM1ZSJ9"`
}

// CursorKey returns the secret with which a context signs the cursors of its lists.
func CursorKey(service string) resource.Secret {
	return resource.Secret{
		Name: service + "-cursor-key",
		Description: "Key that signs the cursors of the " + service +
			" context: at least 32 random bytes. Cursors stay valid through one rotation.",
		RotationDays: 90,
	}
}

// Paged reports whether the operation's input embeds Paging.
func (d Description) Paged() bool { return embeds(d.Input, "Paging", reflect.TypeFor[Paging]()) }

// embeds reports whether a struct embeds the type t, which has the given name.
func embeds(in reflect.Type, name string, t reflect.Type) bool {
	if in.Kind() != reflect.Struct {
		return false
	}
	f, ok := in.FieldByName(name)
	return ok && f.Anonymous && f.Type == t
}

// AllSecrets returns the context's secrets, with the one that its operations with Paging
// need.
func (s Service) AllSecrets() []resource.Secret {
	for _, o := range s.Operations {
		if o.Describe().Paged() {
			return append(s.Secrets[:len(s.Secrets):len(s.Secrets)], CursorKey(s.Name))
		}
	}
	return s.Secrets
}
