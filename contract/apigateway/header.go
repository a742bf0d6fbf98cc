package apigateway

import "net/textproto"

// headerSet contains canonical header names.
type headerSet map[string]bool

func headers(names ...string) headerSet {
	set := headerSet{}
	for _, name := range names {
		set[textproto.CanonicalMIMEHeaderKey(name)] = true
	}
	return set
}

func (s headerSet) has(name string) bool { return s[textproto.CanonicalMIMEHeaderKey(name)] }

// What happens to headers between a client and a Lambda function. Source: the
// table of headers in "Amazon API Gateway important notes",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
var (
	// Content-Length and Transfer-Encoding belong to the connection. They are not
	// in the guide's table, but were recorded as absent from the event:
	// infra/local/gateway/testdata/recorded/headers/to-function.txtar.
	droppedFromRequest = headers("Connection", "Content-Length", "Content-MD5", "Expect", "Max-Forwards",
		"Proxy-Authenticate", "Server", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "WWW-Authenticate")

	// Content-Length was captured from functions' responses, X-Amzn-RequestId was
	// recorded for HTTP proxies:
	// https://github.com/localstack/localstack/blob/80a11b13ea2aa2b7ce8622a2e80e7f23cbb903da/tests/aws/services/apigateway/test_apigateway_http.snapshot.json
	remappedInResponse = headers("Authorization", "Connection", "Content-Length", "Content-MD5", "Date",
		"Max-Forwards", "Server", "User-Agent", "WWW-Authenticate", "X-Amzn-RequestId")

	// Integrations that are not proxies remap Expect, Host, Proxy-Authenticate,
	// Trailer and Upgrade instead, as recorded:
	// https://github.com/localstack/localstack/blob/7c7469ee0183ffe30a26a28bd49113182cf4e799/tests/aws/services/apigateway/test_apigateway_integrations.snapshot.json
	droppedFromResponse = headers("Expect", "Host", "Proxy-Authenticate", "TE", "Trailer", "Transfer-Encoding",
		"Upgrade", "Via")
)

// RemappedPrefix begins the name under which the client receives a remapped header.
const RemappedPrefix = "X-Amzn-Remapped-"

// DropsRequestHeader reports whether API Gateway keeps a client's header from
// the function. Names are compared without regard to case, as everywhere here.
func DropsRequestHeader(name string) bool { return droppedFromRequest.has(name) }

// RemapsResponseHeader reports whether a function's header reaches the client
// under another name, with RemappedPrefix in front.
func RemapsResponseHeader(name string) bool { return remappedInResponse.has(name) }

// DropsResponseHeader reports whether a function's header does not reach the
// client at all.
func DropsResponseHeader(name string) bool { return droppedFromResponse.has(name) }
