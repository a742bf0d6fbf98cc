package tracing

import "strings"

// HeaderName is the HTTP header that propagates an X-Ray trace between services.
const HeaderName = "X-Amzn-Trace-Id"

// Header is a tracing header.
// Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
type Header struct {
	Root    string // ID of the trace, such as 1-5759e988-bd862e3fe1be46a994272793
	Parent  string // ID of the segment or subsegment that makes the call: 16 hexadecimal digits
	Sampled bool   // whether the trace is sent to X-Ray
}

// ParseHeader parses a tracing header, such as
//
//	Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1
//
// The fields can be in any order. ParseHeader ignores unknown fields, such as Self and
// Lineage. Root and Parent are "" if they are missing or malformed.
func ParseHeader(header string) Header {
	var h Header
	for part := range strings.SplitSeq(header, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch {
		case name == "Root" && isRoot(value):
			h.Root = value
		case name == "Parent" && isID(value, 16):
			h.Parent = value
		case name == "Sampled":
			h.Sampled = value == "1"
		}
	}
	return h
}

// IsValid reports whether h has a trace and a parent.
func (h Header) IsValid() bool { return h.Root != "" && h.Parent != "" }

// String returns the header's text.
func (h Header) String() string {
	sampled := "0"
	if h.Sampled {
		sampled = "1"
	}
	return "Root=" + h.Root + ";Parent=" + h.Parent + ";Sampled=" + sampled
}

// isRoot reports whether root is a trace ID of version 1: 8 digits of time and 24 random
// digits.
func isRoot(root string) bool {
	return len(root) == 35 && root[:2] == "1-" && root[10] == '-' && isID(root[2:10]+root[11:], 32)
}

// isID reports whether id has n lower-case hexadecimal digits that are not all zero.
func isID(id string, n int) bool {
	return len(id) == n && strings.Trim(id, "0123456789abcdef") == "" && strings.Trim(id, "0") != ""
}
