package provider

import (
	"fmt"
	"math/big"
	"strconv"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// In this package a value of Terraform is one of: nil (null), unknown, string,
// *big.Float, bool, []any (list, set, tuple) or map[string]any (map, object).

// unknownValue is the type of unknown, a value that is known only after apply.
type unknownValue struct{}

var unknown = unknownValue{}

func isUnknown(v any) bool { _, ok := v.(unknownValue); return ok }

// fromTF converts a value of the wire format.
func fromTF(v tftypes.Value) (any, error) {
	if !v.IsKnown() {
		return unknown, nil
	}
	if v.IsNull() {
		return nil, nil
	}
	t := v.Type()
	switch {
	case t.Is(tftypes.String):
		var s string
		err := v.As(&s)
		return s, err
	case t.Is(tftypes.Number):
		f := new(big.Float)
		err := v.As(&f)
		return f, err
	case t.Is(tftypes.Bool):
		var b bool
		err := v.As(&b)
		return b, err
	case t.Is(tftypes.List{}), t.Is(tftypes.Set{}), t.Is(tftypes.Tuple{}):
		var in []tftypes.Value
		if err := v.As(&in); err != nil {
			return nil, err
		}
		out := make([]any, len(in))
		for i, e := range in {
			x, err := fromTF(e)
			if err != nil {
				return nil, err
			}
			out[i] = x
		}
		return out, nil
	case t.Is(tftypes.Map{}), t.Is(tftypes.Object{}):
		var in map[string]tftypes.Value
		if err := v.As(&in); err != nil {
			return nil, err
		}
		out := make(map[string]any, len(in))
		for k, e := range in {
			x, err := fromTF(e)
			if err != nil {
				return nil, err
			}
			out[k] = x
		}
		return out, nil
	}
	return nil, fmt.Errorf("cannot convert a value of type %s", t)
}

// toTF converts a value to the wire format. It also accepts the numbers of JSON
// (float64, int), and converts strings to numbers and bools as Terraform does.
func toTF(v any, t tftypes.Type) (tftypes.Value, error) {
	if isUnknown(v) {
		return tftypes.NewValue(t, tftypes.UnknownValue), nil
	}
	if v == nil {
		return tftypes.NewValue(t, nil), nil
	}
	bad := func() (tftypes.Value, error) { return tftypes.Value{}, fmt.Errorf("cannot convert %T to %s", v, t) }
	switch tt := t.(type) {
	case tftypes.List:
		return seqToTF(v, t, tt.ElementType)
	case tftypes.Set:
		return seqToTF(v, t, tt.ElementType)
	case tftypes.Map:
		in, ok := v.(map[string]any)
		if !ok {
			return bad()
		}
		out := make(map[string]tftypes.Value, len(in))
		for k, e := range in {
			x, err := toTF(e, tt.ElementType)
			if err != nil {
				return tftypes.Value{}, fmt.Errorf("%s: %w", k, err)
			}
			out[k] = x
		}
		return tftypes.NewValue(t, out), nil
	case tftypes.Object:
		in, ok := v.(map[string]any)
		if !ok {
			return bad()
		}
		out := make(map[string]tftypes.Value, len(tt.AttributeTypes))
		for k, et := range tt.AttributeTypes {
			x, err := toTF(in[k], et)
			if err != nil {
				return tftypes.Value{}, fmt.Errorf("%s: %w", k, err)
			}
			out[k] = x
		}
		return tftypes.NewValue(t, out), nil
	}
	switch {
	case t.Is(tftypes.String):
		switch x := v.(type) {
		case string:
			return tftypes.NewValue(t, x), nil
		case bool:
			return tftypes.NewValue(t, strconv.FormatBool(x)), nil
		}
		if f := asFloat(v); f != nil {
			return tftypes.NewValue(t, f.Text('f', -1)), nil
		}
	case t.Is(tftypes.Number):
		if f := asFloat(v); f != nil {
			return tftypes.NewValue(t, f), nil
		}
	case t.Is(tftypes.Bool):
		switch x := v.(type) {
		case bool:
			return tftypes.NewValue(t, x), nil
		case string:
			if b, err := strconv.ParseBool(x); err == nil {
				return tftypes.NewValue(t, b), nil
			}
		}
	}
	return bad()
}

// seqToTF converts a list or set; of equal elements of a set it keeps the first.
func seqToTF(v any, t, elem tftypes.Type) (tftypes.Value, error) {
	in, ok := v.([]any)
	if !ok {
		return tftypes.Value{}, fmt.Errorf("cannot convert %T to %s", v, t)
	}
	out := make([]tftypes.Value, 0, len(in))
	_, isSet := t.(tftypes.Set)
next:
	for i, e := range in {
		x, err := toTF(e, elem)
		if err != nil {
			return tftypes.Value{}, fmt.Errorf("%d: %w", i, err)
		}
		if isSet && x.IsFullyKnown() {
			for _, o := range out {
				if o.Equal(x) {
					continue next
				}
			}
		}
		out = append(out, x)
	}
	return tftypes.NewValue(t, out), nil
}

// asFloat returns v as a number, or nil if it is not a number.
func asFloat(v any) *big.Float {
	switch x := v.(type) {
	case *big.Float:
		return x
	case float64:
		return big.NewFloat(x)
	case int:
		return big.NewFloat(float64(x))
	case string:
		if f, _, err := big.ParseFloat(x, 10, 512, big.ToNearestEven); err == nil {
			return f
		}
	}
	return nil
}

// text returns a scalar as a template writes it, and "" for any other value.
func text(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case bool:
		return strconv.FormatBool(x)
	case *big.Float, float64, int:
		return asFloat(x).Text('f', -1)
	}
	return ""
}

// same reports whether two values of type t are equal. The order of a set does not count.
func same(a, b any, t tftypes.Type) bool {
	if isUnknown(a) || isUnknown(b) {
		return isUnknown(a) && isUnknown(b)
	}
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	switch tt := t.(type) {
	case tftypes.List:
		return sameSeq(a, b, tt.ElementType, true)
	case tftypes.Set:
		return sameSeq(a, b, tt.ElementType, false)
	case tftypes.Map:
		x, y := a.(map[string]any), b.(map[string]any)
		if len(x) != len(y) {
			return false
		}
		for k, v := range x {
			w, ok := y[k]
			if !ok || !same(v, w, tt.ElementType) {
				return false
			}
		}
		return true
	case tftypes.Object:
		x, y := a.(map[string]any), b.(map[string]any)
		for k, et := range tt.AttributeTypes {
			if !same(x[k], y[k], et) {
				return false
			}
		}
		return true
	}
	if t.Is(tftypes.Number) {
		x, y := asFloat(a), asFloat(b)
		return x != nil && y != nil && x.Cmp(y) == 0
	}
	return text(a) == text(b)
}

// sameSeq reports whether two lists, or two sets, have the same elements.
func sameSeq(a, b any, elem tftypes.Type, ordered bool) bool {
	x, y := a.([]any), b.([]any)
	if len(x) != len(y) {
		return false
	}
	if ordered {
		for i := range x {
			if !same(x[i], y[i], elem) {
				return false
			}
		}
		return true
	}
	used := make([]bool, len(y))
next:
	for _, e := range x {
		for i, f := range y {
			if !used[i] && same(e, f, elem) {
				used[i] = true
				continue next
			}
		}
		return false
	}
	return true
}

// clone returns a copy of v that can be changed without changing v.
func clone(v any) any {
	switch x := v.(type) {
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = clone(e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, e := range x {
			out[k] = clone(e)
		}
		return out
	}
	return v
}

// hasUnknown reports whether v or anything in it is unknown.
func hasUnknown(v any) bool {
	switch x := v.(type) {
	case unknownValue:
		return true
	case []any:
		for _, e := range x {
			if hasUnknown(e) {
				return true
			}
		}
	case map[string]any:
		for _, e := range x {
			if hasUnknown(e) {
				return true
			}
		}
	}
	return false
}

func asMap(v any) map[string]any { m, _ := v.(map[string]any); return m }
func asList(v any) []any         { l, _ := v.([]any); return l }
func asString(v any) string      { s, _ := v.(string); return s }
