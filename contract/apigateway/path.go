package apigateway

import (
	"regexp"
	"strings"
)

// The grammar of a path's segments. A variable is a whole segment, {name} or, if
// it is greedy, {name+}. Its name is a parameter's name as well, and so follows
// both grammars. Source: "Amazon API Gateway important notes",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
var (
	literalSegment  = regexp.MustCompile(`^[A-Za-z0-9_.,:-]+$`)
	variableSegment = regexp.MustCompile(`^\{([A-Za-z0-9_.:-]+)(\+?)\}$`)
)

// SegmentCharacters describes IsLiteral's grammar in messages.
const SegmentCharacters = "letters, digits and _ - . , :"

// IsLiteral reports whether an import accepts a segment as a literal one.
func IsLiteral(segment string) bool { return literalSegment.MatchString(segment) }

// A Variable is a segment that stands for a path parameter.
type Variable struct {
	Name string
	// Greedy variables match all segments that are left.
	Greedy bool
}

// ParseVariable parses a segment such as {accountId} or {proxy+}. It returns
// false if the segment is not a variable that an import accepts.
func ParseVariable(segment string) (Variable, bool) {
	parts := variableSegment.FindStringSubmatch(segment)
	if parts == nil {
		return Variable{}, false
	}
	return Variable{Name: parts[1], Greedy: parts[2] != ""}, true
}

// Segments splits a path into its segments. The root path has no segments.
func Segments(path string) []string {
	path = strings.Trim(path, "/")
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}

// Variables returns the variables of a path, in order.
func Variables(path string) []Variable {
	var variables []Variable
	for _, segment := range Segments(path) {
		if v, ok := ParseVariable(segment); ok {
			variables = append(variables, v)
		}
	}
	return variables
}

// IsReserved reports whether API Gateway itself serves the path on a custom
// domain, for its health check. Source: "Amazon API Gateway important notes",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
func IsReserved(path string) bool { return path == "/ping" || path == "/sping" }
