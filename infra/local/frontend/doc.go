// Package frontend is the HTTP front end of API Gateway: the server that reads a
// request before the API sees it. It speaks HTTP/1.1 and HTTP/2, limits the sizes of
// a request, and refuses what it cannot read. Clients meet it at the edge and at the
// gateway of each Region, so both use this package.
//
// The front end refuses in plain text. Unlike the responses of an API, its responses
// have no request ID, no error type and no CORS headers, and a document cannot
// customize them, as recorded in
// ../gateway/testdata/recorded/responses/body-over-10-mb.txtar.
//
// # Differences from AWS
//
// The server speaks cleartext, on loopback addresses: HTTP/2 needs prior knowledge
// (RFC 9113, section 3.3), as with "curl --http2-prior-knowledge". Requests that
// net/http cannot parse get its own 400, which is in plain text too.
package frontend
