package recorded

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Wildcard reports whether a recorded text stands for a value that is random or
// private: it is in angle brackets, such as "<uuid>".
func Wildcard(text string) bool {
	return strings.HasPrefix(text, "<") && strings.HasSuffix(text, ">")
}

// kinds are the wildcards that say what their value looks like. Any other stands
// for every value but null and the empty text.
var kinds = map[string]string{
	"<uuid>":               `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`,
	"<number>":             `\d+(\.\d+)?`,
	"<path>":               `/[^ :]*`,
	"<seconds>":            `\d{10}`,
	"<milliseconds>":       `\d{13}`,
	"<timestamp>":          `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`,
	"<request time>":       `\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000`,
	"<java date>":          `[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4}`,
	"<32 bytes in base64>": `[A-Za-z0-9+/]{43}=`,
	"<trace>":              `Root=1-[0-9a-f]{8}-[0-9a-f]{24}(;.*)?`,
	"<lineage>":            `\d+:[0-9a-f]{8}:\d+`,
}

// Matches reports whether a wildcard stands for the value.
func Matches(wildcard string, value any) bool {
	if value == nil || value == "" {
		return false
	}
	if number, ok := value.(float64); ok {
		value = strconv.FormatFloat(number, 'f', -1, 64)
	}
	_, known := kinds[wildcard]
	return !known || MatchesText(wildcard, fmt.Sprint(value))
}

// MatchesText reports whether got is the recorded text want, in which wildcards of
// a known form may be part of a sentence: "RequestId: <uuid> Error: ...".
func MatchesText(want, got string) bool {
	if want == got {
		return true
	}
	pattern := regexp.QuoteMeta(want)
	for wildcard, form := range kinds {
		pattern = strings.ReplaceAll(pattern, wildcard, "("+form+")")
	}
	return regexp.MustCompile(`^` + pattern + `$`).MatchString(got)
}

// Compare returns the differences between decoded JSON values, by path. Texts of
// want may be wildcards or contain them. With exact, got must not have fields that want lacks.
func Compare(path string, want, got any, exact bool) map[string]string {
	found := make(map[string]string)
	compare(found, path, want, got, exact)
	return found
}

func compare(found map[string]string, path string, want, got any, exact bool) {
	switch want := want.(type) {
	case map[string]any:
		fields, ok := got.(map[string]any)
		if !ok {
			found[path] = fmt.Sprintf("got %v, want an object", got)
			return
		}
		compareFields(found, path, want, fields, exact)
		return
	case []any:
		elements, ok := got.([]any)
		if !ok || len(elements) != len(want) {
			found[path] = fmt.Sprintf("got %v, want %v", got, want)
			return
		}
		for i := range want {
			compare(found, path+"."+strconv.Itoa(i), want[i], elements[i], exact)
		}
		return
	case string:
		if text, ok := got.(string); ok && MatchesText(want, text) || Wildcard(want) && Matches(want, got) {
			return
		}
	}
	if want != got {
		found[path] = fmt.Sprintf("got %#v, want %#v", got, want)
	}
}

func compareFields(found map[string]string, path string, want, got map[string]any, exact bool) {
	prefix := path
	if prefix != "" {
		prefix += "."
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		value, ok := got[name]
		if !ok {
			found[prefix+name] = fmt.Sprintf("absent, want %v", want[name])
			continue
		}
		compare(found, prefix+name, want[name], value, exact)
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok && exact {
			found[prefix+name] = fmt.Sprintf("got %v, want it absent", got[name])
		}
	}
}
