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
	// header is the header in the event. It begins with a new Self= if the client sent a
	// Root=.
	header string
	// context is the trace that Lambda continues and that the client receives. The
	// stage is traced: a parent and a decision that the client left out are added,
	// as recorded in testdata/recorded/headers/trace-parent-added.txtar, and every
	// request is sampled. AWS appends the lineage, with which it stops loops between
	// services: the number of hops so far, a hash of the resource, and how often the
	// trace has passed it.
	context string
}

func newTrace(client, resource string, now time.Time) trace {
	id := fmt.Sprintf("1-%08x-%08x%016x", uint32(now.Unix()), rand.Uint32(), rand.Uint64())
	self, root := "", id
	parent, sampled := fmt.Sprintf(";Parent=%016x", rand.Uint64()), ";Sampled=1"
	others, lineage := "", ";Lineage=1:"+resource+":0"
	for field := range strings.SplitSeq(client, ";") {
		field = strings.TrimSpace(field)
		name, value, ok := strings.Cut(field, "=")
		if !ok || value == "" {
			continue
		}
		switch strings.ToLower(name) {
		case "self": // a load balancer's on the way; this hop replaces it
			continue
		case "root":
			self, root = "Self="+id+";", value
			continue
		case "parent":
			parent = ""
		case "sampled":
			sampled = ""
		case "lineage":
			lineage = ""
		}
		others += ";" + field
	}
	root = "Root=" + root
	return trace{header: self + root + others, context: root + parent + others + sampled + lineage}
}
