package dynamodb

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

// remote is one Region of a DynamoDB Local, which separates Regions by the Region
// in the Authorization header.
type remote struct {
	url           string
	authorization string
	client        http.Client
	now           func() time.Time

	mu     sync.Mutex
	tokens map[digest]time.Time // end of the replay window of each successful transaction
	order  []digest             // keys of tokens, oldest first
}

// digest is the hash of a transaction's token and actions.
type digest [sha256.Size]byte

// requestTimeout limits a request to DynamoDB Local. Scanning a table of one
// gigabyte takes less.
const requestTimeout = time.Minute

// replayWindow is slightly shorter than the ten minutes for which DynamoDB Local
// remembers a ClientRequestToken. Treating a repetition as a new transaction only
// replicates its items again, whereas the opposite mistake would lose a write.
const replayWindow = 9*time.Minute + 50*time.Second

func newRemote(url, region string, transport http.RoundTripper, now func() time.Time) *remote {
	return &remote{
		url: strings.TrimSuffix(url, "/") + "/",
		// DynamoDB Local checks the form of the header but not the signature.
		authorization: "AWS4-HMAC-SHA256 Credential=meridian/20260101/" + region + "/dynamodb/aws4_request, " +
			"SignedHeaders=host, Signature=0",
		client: http.Client{Transport: transport, Timeout: requestTimeout},
		now:    now,
		tokens: map[digest]time.Time{},
	}
}

// ping returns an error unless a DynamoDB Local responds at the URL.
func ping(ctx context.Context, url string, transport http.RoundTripper) error {
	r := newRemote(url, "us-east-1", transport, time.Now)
	status, body, err := r.post(ctx, "ListTables", []byte("{}"))
	if err == nil && status == http.StatusOK {
		return nil
	}
	if err == nil {
		err = fmt.Errorf("status %d: %.200s", status, body)
	}
	return fmt.Errorf("dynamodb: no DynamoDB Local at %s (%v): start one there "+
		"(java -jar DynamoDBLocal.jar -inMemory), or omit the URL to use the embedded engine", url, err)
}

func (r *remote) Do(ctx context.Context, operation string, body []byte) protocol.Response {
	status, data, err := r.post(ctx, operation, body)
	if err != nil {
		if errors.Is(err, context.Canceled) {
			return protocol.ErrorResponse(protocol.Internal())
		}
		internal := protocol.Internal()
		internal.Message = "DynamoDB Local does not respond at " + r.url
		return protocol.ErrorResponse(internal)
	}
	result := protocol.Response{Status: status, Body: data}
	if operation == "TransactWriteItems" && status == http.StatusOK {
		result.Replay = r.isReplay(body)
	}
	return result
}

func (r *remote) post(ctx context.Context, operation string, body []byte) (int, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	request.Header.Set("Authorization", r.authorization)
	response, err := r.client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	return response.StatusCode, data, err
}

// isReplay reports whether a transaction that has just succeeded had already
// succeeded under its token, in which case DynamoDB Local wrote nothing.
func (r *remote) isReplay(body []byte) bool {
	var request struct {
		ClientRequestToken string
		TransactItems      any
	}
	if err := json.Unmarshal(body, &request); err != nil || request.ClientRequestToken == "" {
		return false
	}
	canonical, err := json.Marshal(request)
	if err != nil {
		return false
	}
	sum, now := digest(sha256.Sum256(canonical)), r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.order) > 0 && !now.Before(r.tokens[r.order[0]]) {
		delete(r.tokens, r.order[0])
		r.order = r.order[1:]
	}
	if _, ok := r.tokens[sum]; ok {
		return true
	}
	r.tokens[sum] = now.Add(replayWindow)
	r.order = append(r.order, sum)
	return false
}
