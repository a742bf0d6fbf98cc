package generate

import (
	"reflect"
	"strings"
	"unicode"

	"github.com/meridian-api/meridian/platform/problem"
)

// componentName returns the name of a type's schema: Account for api.Account,
// PageAccount for rest.Page[api.Account].
func componentName(t reflect.Type) string {
	if t == reflect.TypeFor[problem.Field]() {
		return "ProblemField" // "Field" would be too general
	}
	var name strings.Builder
	goName := strings.ReplaceAll(t.Name(), "interface {}", "any")
	for part := range strings.FieldsFuncSeq(goName, func(r rune) bool { return strings.ContainsRune("[],* ", r) }) {
		name.WriteString(upperFirst(part[strings.LastIndex(part, ".")+1:]))
	}
	return name.String()
}

// goType returns a type's full name, with its package's import path.
func goType(t reflect.Type) string { return t.PkgPath() + "." + t.Name() }

// typeName returns a type's name without type arguments.
func typeName(t reflect.Type) string {
	name, _, _ := strings.Cut(t.Name(), "[")
	return name
}

// goField returns the name of a field in its package, such as Account.Email.
func goField(owner reflect.Type, field string) string { return typeName(owner) + "." + field }

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// kebab converts lower camel case to kebab case. getMyAccount becomes
// get-my-account. Abbreviations are one word: getURLOf becomes get-url-of.
func kebab(id string) string {
	var out strings.Builder
	runes := []rune(id)
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 &&
			(!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			out.WriteByte('-')
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}

// camel converts kebab case to upper camel case: not-found becomes NotFound.
func camel(slug string) string {
	var out strings.Builder
	for part := range strings.SplitSeq(slug, "-") {
		out.WriteString(upperFirst(part))
	}
	return out.String()
}
