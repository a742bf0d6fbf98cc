package tracing

import (
	"strings"

	"go.opentelemetry.io/otel/trace"
)

// HeaderName is the HTTP header that carries an X-Ray trace from service to service.
const HeaderName = "X-Amzn-Trace-Id"

// ParseHeader reads a tracing header such as
//
//	Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1
//
// into the span context of the caller. Members may come in any order, and
// unknown ones, such as Self and Lineage, are passed over. Without a valid Root
// the result is not valid; without a valid Parent it has no span; it is sampled
// only when the header says so.
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

// Root is the identifier of the header's trace, as X-Ray writes it and finds it
// by, or "" when the header names none.
func Root(header string) string {
	for part := range strings.SplitSeq(header, ";") {
		if root, ok := strings.CutPrefix(strings.TrimSpace(part), "Root="); ok && parseRoot(root).IsValid() {
			return root
		}
	}
	return ""
}

// parseRoot reads version 1, 8 digits of time, 24 digits of randomness; the zero id when it is anything else.
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

// formatRoot is a trace's id as X-Ray writes it.
func formatRoot(id trace.TraceID) string {
	hex := id.String()
	return "1-" + hex[:8] + "-" + hex[8:]
}

// FormatHeader is the tracing header that a call within the span sends on.
func FormatHeader(sc trace.SpanContext) string {
	sampled := "0"
	if sc.IsSampled() {
		sampled = "1"
	}
	return "Root=" + formatRoot(sc.TraceID()) + ";Parent=" + sc.SpanID().String() + ";Sampled=" + sampled
}
