package lambdaenv

import (
	"bytes"
	"io"
	"net/http"
)

// bufferedTransport copies the body of each request to memory, in a type that
// http.Transport recognizes.
//
// The SDK wraps its bodies in a type of its own. http.Transport sends the header
// and the content of such a body in separate writes and then reads from the body
// again to find its end. If the response arrives before that read, the SDK closes
// the body, the read fails, and http.Transport closes the connection while the
// response is being read. A body in memory is sent in one write with the header,
// which avoids the race. http.Transport can also send it again if a kept-alive
// connection turns out to be closed.
type bufferedTransport struct{ *http.Transport }

// RoundTrip implements http.RoundTripper.
func (b bufferedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength <= 0 {
		return b.Transport.RoundTrip(r)
	}
	content := make([]byte, r.ContentLength)
	_, err := io.ReadFull(r.Body, content)
	r.Body.Close()
	if err != nil {
		return nil, err
	}
	r = r.WithContext(r.Context()) // a copy: a RoundTripper must not change the request
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
	r.Body, _ = r.GetBody()
	return b.Transport.RoundTrip(r)
}
