package gateway

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/meridian-api/meridian/infra/local/frontend"
)

// requestTime is the format of $context.requestTime, which Apache's logs use, too.
const requestTime = "02/Jan/2006:15:04:05 -0700"

// exchange is one request and what is known about it.
type exchange struct {
	g        *Gateway
	w        http.ResponseWriter
	r        *http.Request
	received time.Time
	// requestID is a UUID; extendedID is the value of x-amz-apigw-id.
	requestID, extendedID string
	trace                 trace
	sourceIP              string
	// url is the URL's path as the client sent it, percent-encoded. path is the
	// same with one slash in front: more are dropped from the path that is matched
	// and from the event's, and kept in $context.path, as recorded in
	// testdata/recorded/event/leading-slashes.txtar.
	url, path  string
	query      query
	operation  *operation // nil until routed
	parameters pathParameters
	claims     map[string]string // nil without authorization
	body       []byte
	inflated   bool   // the body was encoded
	release    func() // frees the memory for the body; nil before it is read
	// integrated is the duration of the integration.
	integrated time.Duration
	cause      error
	// observed, steps and payload are for the observer.
	observed bool
	steps    []Step
	payload  []byte // the event
}

func (g *Gateway) newExchange(w http.ResponseWriter, r *http.Request) *exchange {
	now := g.now().UTC()
	x := &exchange{
		g: g, w: w, r: r, received: now,
		requestID: newUUID(), extendedID: newExtendedID(),
		trace:    newTrace(r.Header.Get("X-Amzn-Trace-Id"), g.lineage, now),
		sourceIP: r.RemoteAddr,
		url:      r.URL.EscapedPath(),
	}
	x.path = x.url
	if strings.HasPrefix(x.url, "//") {
		x.path = "/" + strings.TrimLeft(x.url, "/")
	}
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		x.sourceIP = host
	}
	return x
}

// id returns the resource's ID; it is empty before routing.
func (op *operation) id() string {
	if op == nil {
		return ""
	}
	return op.resourceID
}

// resource returns the resource's path; it is empty before routing.
func (op *operation) resource() string {
	if op == nil {
		return ""
	}
	return op.Path
}

// admit applies the checks of the HTTP front end, which are the same for all APIs.
func (x *exchange) admit() *failure {
	if refusal := frontend.Check(x.r); refusal != nil {
		return &failure{refusal: refusal}
	}
	_, f := x.requestCoding()
	return f
}

// readBody reads the complete body, as API Gateway does before validation.
func (x *exchange) readBody() *failure {
	body, release, refusal, err := x.g.bodies.Read(x.w, x.r)
	x.release = release
	if refusal != nil {
		return &failure{refusal: refusal, cause: fmt.Errorf("read the body: %w", err)}
	}
	x.body = body
	return x.inflate()
}

// query is a decoded query string. The maps are nil without parameters.
type query struct {
	last map[string]string
	all  map[string][]string
}

// parseQuery decodes a query once; + is a space. A semicolon separates parameters as
// & does, because AWS's notes on REST APIs say that it splits the data. The front end
// has refused text that cannot be decoded.
func parseQuery(raw string) query {
	var q query
	for pair := range strings.FieldsFuncSeq(raw, func(r rune) bool { return r == '&' || r == ';' }) {
		if q.last == nil {
			q = query{last: make(map[string]string), all: make(map[string][]string)}
		}
		name, value, _ := strings.Cut(pair, "=")
		name, _ = url.QueryUnescape(name)
		value, _ = url.QueryUnescape(value)
		q.last[name] = value
		q.all[name] = append(q.all[name], value)
	}
	return q
}

// newUUID returns a random UUID (RFC 9562, version 4). Request IDs are not secret.
func newUUID() string {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:8], rand.Uint64())
	binary.LittleEndian.PutUint64(b[8:], rand.Uint64())
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// newExtendedID returns 15 characters and a =, such as "TWegAcC4EowCHnA=".
func newExtendedID() string {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:8], rand.Uint64())
	binary.LittleEndian.PutUint64(b[8:], rand.Uint64())
	return base64.StdEncoding.EncodeToString(b[:11])
}
