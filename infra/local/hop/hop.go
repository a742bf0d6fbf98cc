// Package hop sends requests from one server of the embedded cloud to another, as if
// the client had sent them there itself: once, and without changes to the spelling of
// header names in the response.
package hop

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"time"

	"github.com/meridian-api/meridian/infra/local/headercase"
)

// Transport sends each request at most once. Create it with NewTransport. It is safe
// for concurrent use.
//
// An [http.Transport] sends a request again, on another connection, if a kept
// connection closes before the response, the request has no body, and its method or
// an Idempotency-Key header lets it look repeatable. Nothing else in front of API
// Gateway does that: the client decides whether to repeat.
type Transport struct{ base *http.Transport }

// NewTransport returns a Transport that keeps many connections to a few hosts. It does
// not use the developer's proxy settings and does not compress. dialTimeout limits the
// time to connect.
func NewTransport(dialTimeout time.Duration) *Transport {
	dialer := &net.Dialer{Timeout: dialTimeout}
	return &Transport{&http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := dialer.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return headercase.NewResponseConn(c), nil
		},
		MaxIdleConnsPerHost: 256,
		IdleConnTimeout:     time.Minute,
		DisableCompression:  true,
	}}
}

// RoundTrip implements [http.RoundTripper].
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	response, _, err := t.Send(r)
	return response, err
}

// Send sends a request like RoundTrip and also returns the spelling of the header names in the response,
// which is nil if it is unknown, as over TLS.
func (t *Transport) Send(r *http.Request) (*http.Response, headercase.Spelling, error) {
	var conn *headercase.ResponseConn
	trace := &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) {
		if c, ok := got.Conn.(*headercase.ResponseConn); ok {
			conn = c
			c.Expect()
		}
	}}
	response, err := t.base.RoundTrip(once(r.WithContext(httptrace.WithClientTrace(r.Context(), trace))))
	if err != nil || conn == nil {
		return response, nil, err
	}
	return response, conn.Names(), nil
}

// CloseIdleConnections closes the connections that no request uses.
func (t *Transport) CloseIdleConnections() { t.base.CloseIdleConnections() }

// once changes a request, which is a copy, into one that http.Transport does not
// repeat: it repeats none with a body that it cannot read again. A request without a
// body gets one of no bytes.
func once(r *http.Request) *http.Request {
	r.GetBody = nil
	if r.Body != nil && r.Body != http.NoBody {
		return r
	}
	r.Body = emptyBody{}
	r.ContentLength = 0
	// The length of such a body is unknown to http.Transport, which would send it in
	// chunks, or for some methods read ahead.
	r.TransferEncoding = []string{"identity"}
	switch r.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch: // as http.Transport does without a body
		r.Header = r.Header.Clone()
		r.Header["content-length"] = []string{"0"} // it drops the canonical name
	}
	return r
}

// emptyBody is a body of no bytes that http.Transport does not recognize as empty.
type emptyBody struct{}

func (emptyBody) Read([]byte) (int, error) { return 0, io.EOF }
func (emptyBody) Close() error             { return nil }

// WriteTo implements io.WriterTo, without which io.Copy allocates a buffer.
func (emptyBody) WriteTo(io.Writer) (int64, error) { return 0, nil }
