package tracing

import (
	"strings"

	"go.opentelemetry.io/otel/trace"
)

// HeaderName is the HTTP header that propagates an X-Ray trace between services.
const HeaderName = "X-Amzn-Trace-Id"

// ParseHeader parses a tracing header, such as
//
//	Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1
//
// and returns the span context of the caller. The fields can be in any order.
// ParseHeader ignores unknown fields, such as Self and Lineage. Without a valid Root
// or a valid Parent, the result is not valid. It is sampled only if the header
// contains Sampled=1.
// Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
func ParseHeader(header string) trace.SpanContext {
	var cfg trace.SpanContextConfig
	for part := range strings.SplitSeq(header, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "Root":
			cfg.TraceID = parseRoot(value)
		case "Parent":
			if id, err := trace.SpanIDFromHex(value); err == nil {
				cfg.SpanID = id
			}
		case "Sampled":
			if value == "1" {
				cfg.TraceFlags = trace.FlagsSampled
			}
		}
	}
	cfg.Remote = true
	return trace.NewSpanContext(cfg)
}

// Root returns the ID of the header's trace in X-Ray's format, by which a trace can
// be found. It returns "" if the header has no valid Root.
func Root(header string) string {
	for part := range strings.SplitSeq(header, ";") {
		if root, ok := strings.CutPrefix(strings.TrimSpace(part), "Root="); ok && parseRoot(root).IsValid() {
			return root
		}
	}
	return ""
}

// parseRoot parses a trace ID of version 1: 8 digits of time and 24 random digits. It
// returns the zero ID if root is malformed.
func parseRoot(root string) trace.TraceID {
	if len(root) != 35 || root[:2] != "1-" || root[10] != '-' {
		return trace.TraceID{}
	}
	id, err := trace.TraceIDFromHex(root[2:10] + root[11:])
	if err != nil {
		return trace.TraceID{}
	}
	return id
}

// formatRoot returns a trace ID in X-Ray's format.
func formatRoot(id trace.TraceID) string {
	hex := id.String()
	return "1-" + hex[:8] + "-" + hex[8:]
}

// FormatHeader returns the tracing header for a call that is part of the span.
func FormatHeader(sc trace.SpanContext) string {
	sampled := "0"
	if sc.IsSampled() {
		sampled = "1"
	}
	return "Root=" + formatRoot(sc.TraceID()) + ";Parent=" + sc.SpanID().String() + ";Sampled=" + sampled
}
