package dynamodb

import (
	"compress/gzip"
	"crypto/rand"
	"errors"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

const (
	// maxRequest is the maximum size of a request in bytes. AWS responds with status 413
	// to a larger one, as dynalite's tests, which run against AWS, expect:
	// https://github.com/architect/dynalite/tree/main/test
	maxRequest = 16 << 20

	// maxDecompressed limits the memory for a compressed request, in bytes. AWS has no
	// such limit (ScyllaDB's test_compressed_request.py, run against AWS).
	maxDecompressed = 256 << 20
)

// handler is the HTTP endpoint of a Region. It accepts POST requests that name the
// operation in X-Amz-Target. It does not verify signatures: every process that can
// reach the embedded cloud may use it, unless authorize refuses its request.
type handler struct {
	region    *region
	global    *Global
	authorize Authorize
}

// Authorize returns the message of the AccessDeniedException that refuses a client's
// request, or "" to accept it. header has the client's credentials.
type Authorize func(header http.Header, operation string, body []byte) (denied string)

func (f handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	operation, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), "DynamoDB_20120810.")
	if r.Method != http.MethodPost || !ok {
		write(w, protocol.ErrorResponse(protocol.UnknownOperation(r.Method+" "+r.Header.Get("X-Amz-Target"))))
		return
	}
	body, err := readBody(w, r)
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			write(w, protocol.Response{Status: http.StatusRequestEntityTooLarge, Body: []byte(`{"Message":""}`)})
			return
		}
		if errors.Is(err, errEncoding) {
			write(w, protocol.ErrorResponse(protocol.Internal()))
			return
		}
		write(w, protocol.ErrorResponse(protocol.Malformedf("the request could not be read")))
		return
	}
	if f.authorize != nil {
		if denied := f.authorize(r.Header, operation, body); denied != "" {
			write(w, protocol.ErrorResponse(protocol.Newf(protocol.AccessDeniedException, "%s", denied)))
			return
		}
	}
	if signed := SignedRegion(r.Header); f.global.isOtherMember(signed, f.region.name) {
		write(w, f.global.callMember(r.Context(), f.region.name, signed, operation, body))
		return
	}
	write(w, f.region.do(r.Context(), operation, body))
}

// SignedRegion returns the Region that a request is signed for, or "" without a signature.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
func SignedRegion(header http.Header) string {
	_, credential, _ := strings.Cut(header.Get("Authorization"), "Credential=")
	credential, _, _ = strings.Cut(credential, ",")
	if scope := strings.Split(credential, "/"); len(scope) == 5 { // key, date, Region, service, version
		return scope[2]
	}
	return ""
}

// errEncoding is the error of a body that is not encoded as Content-Encoding says.
var errEncoding = errors.New("invalid Content-Encoding")

// readBody reads the body of a request, decompressed if it is compressed with gzip, the
// only encoding that DynamoDB supports. ScyllaDB's test_compressed_request.py, run against
// AWS, shows that AWS responds to other encodings and to invalid gzip with status 500.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	var body io.Reader = http.MaxBytesReader(w, r.Body, maxRequest)
	switch r.Header.Get("Content-Encoding") {
	case "", "identity":
		return io.ReadAll(body)
	case "gzip":
		decompressed, err := gzip.NewReader(body)
		if err != nil {
			return nil, errEncoding
		}
		data, err := io.ReadAll(http.MaxBytesReader(w, decompressed, maxDecompressed))
		var tooLarge *http.MaxBytesError
		if err != nil && !errors.As(err, &tooLarge) {
			return nil, errEncoding
		}
		return data, err
	default:
		return nil, errEncoding
	}
}

// write sends a response with the headers that the SDKs read. An SDK verifies the
// checksum if the header is present.
func write(w http.ResponseWriter, response protocol.Response) {
	header := w.Header()
	header.Set("Content-Type", "application/x-amz-json-1.0")
	header.Set("Content-Length", strconv.Itoa(len(response.Body)))
	header.Set("X-Amzn-RequestId", rand.Text())
	header.Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(response.Body)), 10))
	w.WriteHeader(response.Status)
	_, _ = w.Write(response.Body) // fails only if the client has disconnected
}

// errorHandler responds to every request with the same ValidationException.
type errorHandler struct{ message string }

func (f errorHandler) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	write(w, protocol.ErrorResponse(protocol.Invalidf("%s", f.message)))
}
