package provider

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"regexp"
	"strings"
)

// literal returns a JSON value of behaviour.json with its templates expanded. The
// object {"$if": T, "$is": S, "$then": A, "$else": B} stands for A if the template T
// expands to S, and for B if not.
func (f *filler) literal(v any, el map[string]any) any {
	switch x := v.(type) {
	case string:
		return f.expand(x, el)
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = f.literal(e, el)
		}
		return out
	case map[string]any:
		if cond, ok := x["$if"]; ok {
			if f.expand(cond, el) == asString(x["$is"]) {
				return f.literal(x["$then"], el)
			}
			return f.literal(x["$else"], el)
		}
		out := map[string]any{}
		for k, e := range x {
			out[k] = f.literal(e, el)
		}
		return out
	}
	return v
}

// slot matches one slot of a template: its kind, its name and its filters.
var slot = regexp.MustCompile(`\{([$#.+]?)([a-z0-9_.:,]+)((?:\|[^}|]*)*)\}`)

// expand returns a template with its slots filled. The slots are:
//
//	{name}        the attribute name of the resource, or a.b in its nested block a
//	{.name}       the attribute name of the nested block el
//	{$region} {$account} {$partition} {$dns} {$now}
//	{#hex:10}     10 digits that depend on the seed; also alnum, upper, digits, uuid, base64
//	{+name}       the prior value of the number name, plus one
//
// Each can be followed by filters, as in {name|lower|or:x}: lower, trimdot, last:SEP,
// first:SEP, or:TEXT, prefix:TEXT, bare (without scheme), bareslash (without leading
// slash), function (the name in a function's ARN), global (the WAF scope), apigwzone
// and s3zone (a Region's hosted zone).
func (f *filler) expand(template any, el map[string]any) string {
	s, ok := template.(string)
	if !ok {
		return text(template)
	}
	n := 0
	return slot.ReplaceAllStringFunc(s, func(m string) string {
		parts := slot.FindStringSubmatch(m)
		n++
		var out string
		switch kind, name := parts[1], parts[2]; kind {
		case "$":
			out = f.setting(name)
		case "#":
			out = f.digits(name, fmt.Sprint(f.path, s, n, asString(el["name"]), asString(el["domain_name"]), asString(el["region_name"])))
		case ".":
			out = text(el[name])
		case "+":
			out = f.next(name)
		default:
			out = f.reference(name)
		}
		for _, p := range strings.Split(parts[3], "|")[1:] {
			out = filter(out, p)
		}
		return out
	})
}

// setting returns what a slot {$name} stands for.
func (f *filler) setting(name string) string {
	switch name {
	case "region":
		return f.region()
	case "account":
		return f.cfg.account
	case "partition":
		return f.cfg.partition
	case "dns":
		return f.cfg.dnsSuffix
	case "now":
		return inventedTime
	}
	return ""
}

// digits returns what a slot {#alphabet:length} stands for.
func (f *filler) digits(format, salt string) string {
	alphabet, size, _ := strings.Cut(format, ":")
	var length int
	fmt.Sscanf(size, "%d", &length)
	return f.hash(alphabet, length, salt)
}

// next returns the prior value of a number plus one, and "1" without a prior value.
func (f *filler) next(name string) string {
	if was := asFloat(f.prior[name]); was != nil {
		return text(new(big.Float).Add(was, big.NewFloat(1)))
	}
	return "1"
}

// reference returns an attribute of the resource, in a nested block if its name has a dot.
func (f *filler) reference(name string) string {
	if strings.Contains(name, ".") {
		return text(dig(f.top, name))
	}
	return text(f.attribute(name))
}

// dig follows a dotted path through nested blocks. Of several blocks or elements it
// takes the first.
func dig(v any, path string) any {
	for _, part := range strings.Split(path, ".") {
		if l, ok := v.([]any); ok {
			if len(l) == 0 {
				return nil
			}
			v = l[0]
		}
		v = asMap(v)[part]
	}
	if l, ok := v.([]any); ok && len(l) > 0 {
		return l[0]
	}
	return v
}

// filter applies one filter of a slot to its value.
func filter(s, filter string) string {
	name, arg, _ := strings.Cut(filter, ":")
	switch name {
	case "lower":
		return strings.ToLower(s)
	case "trimdot":
		return strings.TrimSuffix(s, ".")
	case "last":
		if i := strings.LastIndex(s, arg); i >= 0 {
			return s[i+len(arg):]
		}
	case "first":
		before, _, _ := strings.Cut(s, arg)
		return before
	case "or":
		if s == "" {
			return arg
		}
	case "prefix":
		if s != "" {
			return arg + s
		}
	case "bare":
		return strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "http://")
	case "bareslash":
		return strings.TrimPrefix(s, "/")
	case "global":
		if s == "CLOUDFRONT" {
			return "global"
		}
		return "regional"
	case "function":
		return functionName(s)
	case "apigwzone":
		return lookupZone(apiGatewayZones, s)
	case "s3zone":
		return lookupZone(s3Zones, s)
	}
	return s
}

// functionName returns the name in a reference to a function, which is a name, an ARN
// or a partial ARN.
func functionName(reference string) string {
	if _, name, ok := strings.Cut(reference, ":function:"); ok {
		reference = name
	}
	name, _, _ := strings.Cut(reference, ":")
	return name
}

// hash returns length characters that depend on the filler's seed and salt.
func (f *filler) hash(alphabet string, length int, salt string) string {
	return digest(alphabet, length, f.seed+"\x00"+salt)
}

var alphabets = map[string]string{
	"hex":    "0123456789abcdef",
	"alnum":  "abcdefghijklmnopqrstuvwxyz0123456789",
	"upper":  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
	"digits": "0123456789",
	"base64": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
}

// digest returns length characters of an alphabet that depend on s only. The alphabet
// "uuid" has a length of its own, and an unknown one returns "".
func digest(alphabet string, length int, s string) string {
	if alphabet == "uuid" {
		sum := sha256.Sum256([]byte(s))
		h := hex.EncodeToString(sum[:])
		return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:32]
	}
	characters := alphabets[alphabet]
	if characters == "" {
		return ""
	}
	var out strings.Builder
	for i := 0; out.Len() < length; i++ {
		sum := sha256.Sum256([]byte(fmt.Sprint(i, "\x00", s)))
		for _, b := range sum {
			if out.Len() < length {
				out.WriteByte(characters[int(b)%len(characters)])
			}
		}
	}
	return out.String()
}
