package lambdaenv

import (
	"bytes"
	"io"
	"net/http"
)

// whole sends requests whose body is in memory as http.Transport knows it.
//
// The SDK hides its bodies behind a reader of its own. Of such a body,
// http.Transport sends the head and the content in writes of their own, and
// then reads on for the end; an answer that is there before that read lets the
// SDK close the body, the read fails, and the connection is closed under the
// answer. A body in memory goes in one write with its head, without that race,
// and is sent anew by itself when a kept connection turns out to be closed.
type whole struct{ *http.Transport }

// RoundTrip implements http.RoundTripper.
func (w whole) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength <= 0 {
		return w.Transport.RoundTrip(r)
	}
	content := make([]byte, r.ContentLength)
	_, err := io.ReadFull(r.Body, content)
	r.Body.Close()
	if err != nil {
		return nil, err
	}
	r = r.WithContext(r.Context()) // a copy, since a request is its sender's
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
	r.Body, _ = r.GetBody()
	return w.Transport.RoundTrip(r)
}
