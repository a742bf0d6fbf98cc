package dynamodb

import (
	"crypto/rand"
	"errors"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// maxRequest is the greatest request in bytes: AWS takes 16 MB of items, and
// base64 and JSON make that more.
const maxRequest = 32 << 20

// front is a Region's endpoint: POST with the operation in X-Amz-Target. The
// signature is not looked at; whoever reaches a local cloud may use it.
type front struct{ region *region }

func (f front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	operation, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), "DynamoDB_20120810.")
	if r.Method != http.MethodPost || !ok {
		write(w, protocol.Refuse(protocol.UnknownOperation(r.Method+" "+r.Header.Get("X-Amz-Target"))))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			write(w, protocol.Refuse(protocol.Invalidf("the request is larger than %d bytes", maxRequest)))
			return
		}
		write(w, protocol.Refuse(protocol.Malformedf("the request could not be read")))
		return
	}
	write(w, f.region.do(r.Context(), operation, body))
}

// write sends an answer with the headers that the SDKs read; they check the
// checksum if it is there.
func write(w http.ResponseWriter, answer protocol.Answer) {
	header := w.Header()
	header.Set("Content-Type", "application/x-amz-json-1.0")
	header.Set("Content-Length", strconv.Itoa(len(answer.Body)))
	header.Set("X-Amzn-RequestId", rand.Text())
	header.Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(answer.Body)), 10))
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body) // a client that is gone needs no answer
}

// refusal answers every request with the same error.
type refusal struct{ message string }

func (f refusal) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	write(w, protocol.Refuse(protocol.Invalidf("%s", f.message)))
}
