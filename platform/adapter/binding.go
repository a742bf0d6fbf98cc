package adapter

import (
	"reflect"

	"github.com/meridian-api/meridian/platform/rest"
	"github.com/meridian-api/meridian/platform/schema"
)

// inputBinding is an operation's input type, compiled for decoding. The decoder
// does not read a part of the event whose field here is nil.
type inputBinding struct {
	path, query, header []rest.Parameter
	caller              []int // index of the field of type claims.Caller
	body                []int // index of the field Body
	bodyNode            *schema.Node
	bodyRequired        bool
}

func bindInput(t reflect.Type) (*inputBinding, error) {
	params, err := rest.Parameters(t)
	if err != nil {
		return nil, err
	}
	b := &inputBinding{}
	for _, p := range params {
		switch p.In {
		case "path":
			b.path = append(b.path, p)
		case "query":
			b.query = append(b.query, p)
		case "header":
			b.header = append(b.header, p)
		}
	}
	if f, ok := rest.CallerField(t); ok {
		b.caller = f.Index
	}
	if f, ok := rest.BodyField(t); ok {
		b.body = f.Index
		b.bodyRequired = f.Type.Kind() != reflect.Pointer
		if b.bodyNode, err = schema.CompileField(f); err != nil {
			return nil, err
		}
	}
	return b, nil
}
