package gateway

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	maxBody   = 10 << 20 // bytes
	maxHeader = 20_480   // bytes of all names and values
	// requestTime is the format of $context.requestTime, which Apache's logs use, too.
	requestTime = "02/Jan/2006:15:04:05 -0700"
)

// exchange is one request and what is known about it.
type exchange struct {
	g        *Gateway
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
	// integrated is the duration of the integration.
	integrated time.Duration
	cause      error
}

func (g *Gateway) newExchange(r *http.Request) *exchange {
	now := g.now().UTC()
	x := &exchange{
		g: g, r: r, received: now,
		requestID: newUUID(), extendedID: newExtendedID(),
		trace:    newTrace(r.Header.Get("X-Amzn-Trace-Id"), now),
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

// admit applies the limits of the HTTP front end, which are the same for all APIs.
func (x *exchange) admit() *failure {
	size := len("Host") + len(x.r.Host)
	for name, values := range x.r.Header {
		for _, value := range values {
			size += len(name) + len(value)
		}
	}
	if size > maxHeader {
		return &failure{builtin: headerTooLarge}
	}
	if x.r.ContentLength > maxBody {
		return &failure{builtin: bodyTooLarge}
	}
	return nil
}

// readBody reads the complete body, as API Gateway does before validation.
func (x *exchange) readBody() *failure {
	if x.r.Body == nil || x.r.Body == http.NoBody {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(x.r.Body, maxBody+1))
	if err != nil {
		return &failure{builtin: unreadableBody, cause: fmt.Errorf("read the body: %w", err)}
	}
	if len(body) > maxBody {
		return &failure{builtin: bodyTooLarge, cause: errors.New("the body was sent without its length")}
	}
	x.body = body
	return nil
}

// query is a decoded query string. The maps are nil without parameters.
type query struct {
	last map[string]string
	all  map[string][]string
}

// parseQuery decodes a query once; + is a space. A semicolon separates parameters as
// & does, because AWS's notes on REST APIs say that it splits the data. Text that
// cannot be decoded is kept; what AWS does with it is unverified.
func parseQuery(raw string) query {
	var q query
	for pair := range strings.FieldsFuncSeq(raw, func(r rune) bool { return r == '&' || r == ';' }) {
		if q.last == nil {
			q = query{last: make(map[string]string), all: make(map[string][]string)}
		}
		name, value, _ := strings.Cut(pair, "=")
		name, value = unescapeQuery(name), unescapeQuery(value)
		q.last[name] = value
		q.all[name] = append(q.all[name], value)
	}
	return q
}

func unescapeQuery(s string) string {
	if decoded, err := url.QueryUnescape(s); err == nil {
		return decoded
	}
	return s
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
