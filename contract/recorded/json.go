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
var kinds = map[string]*regexp.Regexp{
	"<uuid>":         regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`),
	"<seconds>":      regexp.MustCompile(`^\d{10}$`),
	"<milliseconds>": regexp.MustCompile(`^\d{13}$`),
	"<request time>": regexp.MustCompile(`^\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000$`),
	"<java date>":    regexp.MustCompile(`^[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4}$`),
	"<trace>":        regexp.MustCompile(`^Root=1-[0-9a-f]{8}-[0-9a-f]{24}(;|$)`),
}

// Matches reports whether a wildcard stands for the value.
func Matches(wildcard string, value any) bool {
	if value == nil || value == "" {
		return false
	}
	if number, ok := value.(float64); ok {
		value = strconv.FormatFloat(number, 'f', -1, 64)
	}
	pattern := kinds[wildcard]
	return pattern == nil || pattern.MatchString(fmt.Sprint(value))
}

// Compare returns the differences between decoded JSON values, by path. Texts of
// want may be wildcards. With exact, got must not have fields that want lacks.
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
		if Wildcard(want) && Matches(want, got) {
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
