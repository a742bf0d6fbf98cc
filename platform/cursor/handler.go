package cursor

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/meridian-api/meridian/platform/claims"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/rest"
)

// Paged is an input that embeds rest.Paging.
type Paged interface {
	PageSize() int
	PageCursor() *string
}

// Canonical is an input with several forms of one list, such as without a parameter and
// with the parameter's default. Canonical returns the form that identifies the list.
type Canonical[In any] interface {
	Canonical() In
}

// Read reads a page of a list: at most in.PageSize() items from the position after, and
// the position of the next page. A position is any text by which the store finds its
// place again. It is "" for the first page and after the last one.
type Read[In Paged, T any] func(ctx context.Context, in In, after string) (items []T, next string, err error)

// Handler returns the handler of a list, whose pages read reads:
//
//	adapter.Start(api.List, cursor.Handler(env, api.List, h.list))
//
// A cursor is valid for the caller and the parameters of the path and of the query with
// which it was returned. Only the limit may be another one. An In with defaults implements
// Canonical, and read receives the canonical input.
func Handler[In Paged, T any](
	env lambdaenv.Env, op rest.Operation[In, rest.List[T]], read Read[In, T],
) func(ctx context.Context, in In) (rest.List[T], error) {
	d := op.Describe()
	return handler(Load(env, rest.CursorKey(d.Service())), d, read)
}

func handler[In Paged, T any](s *Signer, d rest.Description, read Read[In, T]) func(context.Context, In) (rest.List[T], error) {
	identify := sync.OnceValues(func() (identity, error) { return newIdentity(d) })
	return func(ctx context.Context, in In) (rest.List[T], error) {
		list, err := identify()
		if err != nil {
			return rest.List[T]{}, err
		}
		if c, ok := any(in).(Canonical[In]); ok {
			in = c.Canonical()
		}
		page := rest.Page[T]{}
		page.NextCursor, err = s.ReadPage(ctx, list.of(reflect.ValueOf(in)), in.PageCursor(), func(after string) (next string, err error) {
			page.Items, next, err = read(ctx, in, after)
			return next, err
		})
		if err != nil {
			return rest.List[T]{}, err
		}
		return rest.List[T]{Body: page}, nil
	}
}

// identity are the parts of an input that identify a list of an operation.
type identity struct {
	operation string
	caller    []int // index of the field, or nil
	params    []rest.Parameter
}

func newIdentity(d rest.Description) (identity, error) {
	if !d.Paged() {
		return identity{}, fmt.Errorf("operation %s: %s does not embed rest.Paging", d.ID, d.Input)
	}
	params, err := rest.Parameters(d.Input)
	if err != nil {
		return identity{}, err
	}
	list := identity{operation: d.ID}
	paging := reflect.TypeFor[rest.Paging]()
	for _, p := range params {
		if len(p.Field.Index) > 1 && d.Input.FieldByIndex(p.Field.Index[:len(p.Field.Index)-1]).Type == paging {
			continue
		}
		if p.In != "header" {
			list.params = append(list.params, p)
		}
	}
	if f, ok := rest.CallerField(d.Input); ok {
		list.caller = f.Index
	}
	return list, nil
}

// of returns the text that identifies the list of an input.
func (l identity) of(in reflect.Value) string {
	var text strings.Builder
	text.WriteString(l.operation)
	if l.caller != nil {
		fmt.Fprintf(&text, "\n%q", in.FieldByIndex(l.caller).Interface().(claims.Caller).Subject)
	}
	for _, p := range l.params {
		v := in.FieldByIndex(p.Field.Index)
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				continue
			}
			v = v.Elem()
		}
		fmt.Fprintf(&text, "\n%s=%q", p.Name, fmt.Sprintf("%q", v.Interface()))
	}
	return text.String()
}
