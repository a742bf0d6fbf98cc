package gateway

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// trace is the X-Amzn-Trace-Id of a request in its two forms. Source: "Request
// tracing" in the guide of the Application Load Balancer, whose front end is the same.
type trace struct {
	// header is what the function sees among the headers. It starts with a new
	// Self= when the client sent a Root= of its own.
	header string
	// context is the trace that Lambda continues and that the client is told.
	context string
}

func newTrace(client string, now time.Time) trace {
	id := fmt.Sprintf("1-%08x-%08x%016x", uint32(now.Unix()), rand.Uint32(), rand.Uint64())
	var root string
	var others []string
	for field := range strings.SplitSeq(client, ";") {
		field = strings.TrimSpace(field)
		name, value, ok := strings.Cut(field, "=")
		switch {
		case !ok || value == "":
		case strings.EqualFold(name, "Self"): // a load balancer's on the way; this hop replaces it
		case strings.EqualFold(name, "Root"):
			root = value
		default:
			others = append(others, field)
		}
	}
	if root == "" {
		whole := strings.Join(append([]string{"Root=" + id}, others...), ";")
		return trace{header: whole, context: whole}
	}
	whole := strings.Join(append([]string{"Root=" + root}, others...), ";")
	return trace{header: "Self=" + id + ";" + whole, context: whole}
}
