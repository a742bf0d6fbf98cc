package evaluate

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functions returns Terraform's functions, for a process whose current folder is dir.
func functions(dir string) map[string]function.Function {
	path := func(name string) string {
		if filepath.IsAbs(name) {
			return name
		}
		return filepath.Join(dir, name)
	}
	read := func(name string) ([]byte, error) { return os.ReadFile(path(name)) }
	fs := map[string]function.Function{
		"file": textFunction(func(name string) (string, error) { data, err := read(name); return string(data), err }),
		"filebase64sha256": textFunction(func(name string) (string, error) {
			data, err := read(name)
			sum := sha256.Sum256(data)
			return base64.StdEncoding.EncodeToString(sum[:]), err
		}),
		"filemd5": textFunction(func(name string) (string, error) {
			data, err := read(name)
			sum := md5.Sum(data)
			return hex.EncodeToString(sum[:]), err
		}),
		"fileexists": newFunction(cty.Bool, func(args []cty.Value) (cty.Value, error) {
			info, err := os.Stat(path(args[0].AsString()))
			return cty.BoolVal(err == nil && info.Mode().IsRegular()), nil
		}, cty.String),
		"fileset": newFunction(cty.Set(cty.String), func(args []cty.Value) (cty.Value, error) {
			names, err := doublestar.Glob(os.DirFS(path(args[0].AsString())), args[1].AsString(), doublestar.WithFilesOnly())
			if len(names) == 0 {
				return cty.SetValEmpty(cty.String), err
			}
			return cty.SetVal(texts(names)), err
		}, cty.String, cty.String),
	}
	for name, f := range pureFunctions {
		fs[name] = f
	}
	return fs
}

// pureFunctions are the functions that read no files.
var pureFunctions = map[string]function.Function{
	"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "chunklist": stdlib.ChunklistFunc, "compact": stdlib.CompactFunc,
	"concat": stdlib.ConcatFunc, "contains": containsFunction, "distinct": stdlib.DistinctFunc, "element": stdlib.ElementFunc,
	"flatten": stdlib.FlattenFunc, "floor": stdlib.FloorFunc, "format": stdlib.FormatFunc, "formatdate": stdlib.FormatDateFunc,
	"index": stdlib.IndexFunc, "join": stdlib.JoinFunc, "jsondecode": stdlib.JSONDecodeFunc, "jsonencode": stdlib.JSONEncodeFunc,
	"keys": stdlib.KeysFunc, "length": lengthFunction, "log": stdlib.LogFunc, "lookup": stdlib.LookupFunc, "lower": stdlib.LowerFunc,
	"max": stdlib.MaxFunc, "merge": stdlib.MergeFunc, "min": stdlib.MinFunc, "pow": stdlib.PowFunc, "range": stdlib.RangeFunc,
	"regex": stdlib.RegexFunc, "regexall": stdlib.RegexAllFunc, "replace": replaceFunction, "reverse": stdlib.ReverseListFunc,
	"setproduct": stdlib.SetProductFunc, "setsubtract": stdlib.SetSubtractFunc, "setunion": stdlib.SetUnionFunc,
	"setintersection": stdlib.SetIntersectionFunc, "slice": stdlib.SliceFunc, "sort": stdlib.SortFunc, "split": stdlib.SplitFunc,
	"substr": stdlib.SubstrFunc, "title": stdlib.TitleFunc, "trim": stdlib.TrimFunc, "trimprefix": stdlib.TrimPrefixFunc,
	"trimspace": stdlib.TrimSpaceFunc, "trimsuffix": stdlib.TrimSuffixFunc, "upper": stdlib.UpperFunc, "values": stdlib.ValuesFunc,
	"zipmap": stdlib.ZipmapFunc, "coalesce": coalesceFunction, "try": tryfunc.TryFunc, "can": tryfunc.CanFunc,
	"tostring": stdlib.MakeToFunc(cty.String), "tonumber": stdlib.MakeToFunc(cty.Number), "tobool": stdlib.MakeToFunc(cty.Bool),
	"toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)), "tolist": stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)),
	"tomap":    stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)),
	"basename": textFunction(func(s string) (string, error) { return filepath.Base(s), nil }),
	"dirname":  textFunction(func(s string) (string, error) { return filepath.Dir(s), nil }),
	"sha256": textFunction(func(s string) (string, error) {
		sum := sha256.Sum256([]byte(s))
		return hex.EncodeToString(sum[:]), nil
	}),
	"startswith":  predicate(strings.HasPrefix),
	"endswith":    predicate(strings.HasSuffix),
	"strcontains": predicate(strings.Contains),
	"alltrue":     every(true, func(a, b bool) bool { return a && b }),
	"anytrue":     every(false, func(a, b bool) bool { return a || b }),
	"one":         oneFunction,
	// A mocked Terraform draws another identifier each time; here runs must be the same.
	"uuid": newFunction(cty.String, func([]cty.Value) (cty.Value, error) {
		return cty.StringVal("00000000-0000-4000-8000-000000000000"), nil
	}),
	"sum": newFunction(cty.Number, func(args []cty.Value) (cty.Value, error) {
		total := cty.Zero
		for _, v := range args[0].AsValueSlice() {
			n, err := convert.Convert(v, cty.Number)
			if err != nil {
				return cty.Zero, err
			}
			total = total.Add(n)
		}
		return total, nil
	}, cty.DynamicPseudoType),
}

// newFunction returns a function of parameters of the types.
func newFunction(result cty.Type, do func([]cty.Value) (cty.Value, error), types ...cty.Type) function.Function {
	var params []function.Parameter
	for _, t := range types {
		params = append(params, function.Parameter{Name: "value", Type: t})
	}
	return function.New(&function.Spec{
		Params: params, Type: function.StaticReturnType(result),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return do(args) },
	})
}

func textFunction(do func(string) (string, error)) function.Function {
	return newFunction(cty.String, func(args []cty.Value) (cty.Value, error) {
		s, err := do(args[0].AsString())
		return cty.StringVal(s), err
	}, cty.String)
}

func predicate(do func(s, part string) bool) function.Function {
	return newFunction(cty.Bool, func(args []cty.Value) (cty.Value, error) {
		return cty.BoolVal(do(args[0].AsString(), args[1].AsString())), nil
	}, cty.String, cty.String)
}

func every(start bool, combine func(a, b bool) bool) function.Function {
	return newFunction(cty.Bool, func(args []cty.Value) (cty.Value, error) {
		result := start
		for _, v := range args[0].AsValueSlice() {
			b, err := convert.Convert(v, cty.Bool)
			if err != nil {
				return cty.False, err
			}
			result = combine(result, !b.IsNull() && b.True())
		}
		return cty.BoolVal(result), nil
	}, cty.DynamicPseudoType)
}

// anyFunction returns a function with any arguments, whose result's type follows from them.
func anyFunction(do func([]cty.Value) (cty.Value, error)) function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{Name: "values", Type: cty.DynamicPseudoType, AllowNull: true},
		Type: func(args []cty.Value) (cty.Type, error) {
			v, err := do(args)
			return v.Type(), err
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return do(args) },
	})
}

var oneFunction = anyFunction(func(args []cty.Value) (cty.Value, error) {
	switch args[0].LengthInt() {
	case 0:
		return cty.NullVal(cty.DynamicPseudoType), nil
	case 1:
		return args[0].AsValueSlice()[0], nil
	}
	return cty.DynamicVal, errors.New("one: more than one element")
})

// coalesceFunction skips empty strings, as Terraform's does and the library's does not.
var coalesceFunction = anyFunction(func(args []cty.Value) (cty.Value, error) {
	types := make([]cty.Type, len(args))
	for i, v := range args {
		types[i] = v.Type()
	}
	typ, _ := convert.UnifyUnsafe(types)
	if typ == cty.NilType {
		return cty.DynamicVal, errors.New("coalesce: the arguments have different types")
	}
	for _, v := range args {
		v, err := convert.Convert(v, typ)
		if err != nil {
			return cty.DynamicVal, err
		}
		if !v.IsNull() && (v.Type() != cty.String || v.AsString() != "") {
			return v, nil
		}
	}
	return cty.DynamicVal, errors.New("coalesce: no argument is set")
})

var lengthFunction = newFunction(cty.Number, func(args []cty.Value) (cty.Value, error) {
	if v := args[0]; v.Type() == cty.String {
		return stdlib.Strlen(v)
	} else if v.CanIterateElements() {
		return cty.NumberIntVal(int64(v.LengthInt())), nil
	}
	return cty.Zero, fmt.Errorf("length: %s has no length", args[0].Type().FriendlyName())
}, cty.DynamicPseudoType)

var containsFunction = newFunction(cty.Bool, func(args []cty.Value) (cty.Value, error) {
	for _, v := range args[0].AsValueSlice() {
		if found, err := stdlib.Equal(v, args[1]); err == nil && found.True() {
			return cty.True, nil
		}
	}
	return cty.False, nil
}, cty.DynamicPseudoType, cty.DynamicPseudoType)

// replaceFunction replaces a regular expression if it is between slashes.
var replaceFunction = newFunction(cty.String, func(args []cty.Value) (cty.Value, error) {
	s, old, with := args[0].AsString(), args[1].AsString(), args[2].AsString()
	if len(old) > 1 && strings.HasPrefix(old, "/") && strings.HasSuffix(old, "/") {
		re, err := regexp.Compile(old[1 : len(old)-1])
		if err != nil {
			return cty.StringVal(""), err
		}
		return cty.StringVal(re.ReplaceAllString(s, with)), nil
	}
	return cty.StringVal(strings.ReplaceAll(s, old, with)), nil
}, cty.String, cty.String, cty.String)

func texts(list []string) []cty.Value {
	values := make([]cty.Value, len(list))
	for i, s := range list {
		values[i] = cty.StringVal(s)
	}
	return values
}
