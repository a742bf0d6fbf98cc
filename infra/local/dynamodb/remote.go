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

// remote is one Region of a DynamoDB Local, which keeps Regions apart by the one
// that the Authorization header names.
type remote struct {
	url           string
	authorization string
	client        http.Client
	now           func() time.Time

	mu     sync.Mutex
	tokens map[digest]time.Time // transactions that succeeded, until when
	order  []digest             // of tokens, the oldest first
}

// digest is of a transaction's token and actions.
type digest [sha256.Size]byte

// patience is how long DynamoDB Local may take; a table of a gigabyte is scanned in less.
const patience = time.Minute

// replayWindow is a little less than the ten minutes for which DynamoDB Local
// remembers a ClientRequestToken: taking a repetition for a first time only
// replicates an item once more, but the reverse would lose a write.
const replayWindow = 9*time.Minute + 50*time.Second

func newRemote(url, region string, transport http.RoundTripper, now func() time.Time) *remote {
	return &remote{
		url: strings.TrimSuffix(url, "/") + "/",
		// Of the right form, which is all that DynamoDB Local looks at.
		authorization: "AWS4-HMAC-SHA256 Credential=meridian/20260101/" + region + "/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
		client:        http.Client{Transport: transport, Timeout: patience},
		now:           now,
		tokens:        map[digest]time.Time{},
	}
}

// reach tells whether DynamoDB Local answers at all.
func reach(ctx context.Context, url string, transport http.RoundTripper) error {
	r := newRemote(url, "us-east-1", transport, time.Now)
	status, body, err := r.post(ctx, "ListTables", []byte("{}"))
	if err == nil && status == http.StatusOK {
		return nil
	}
	if err == nil {
		err = fmt.Errorf("status %d: %.200s", status, body)
	}
	return fmt.Errorf("dynamodb: no DynamoDB Local answers at %s (%v): start one there (java -jar DynamoDBLocal.jar -inMemory), or leave the URL out to use the embedded engine", url, err)
}

func (r *remote) Do(ctx context.Context, operation string, body []byte) protocol.Answer {
	status, answer, err := r.post(ctx, operation, body)
	if err != nil {
		if errors.Is(err, context.Canceled) {
			return protocol.Refuse(protocol.Internal())
		}
		internal := protocol.Internal()
		internal.Message = "DynamoDB Local does not answer at " + r.url
		return protocol.Refuse(internal)
	}
	result := protocol.Answer{Status: status, Body: answer}
	if operation == "TransactWriteItems" && status == http.StatusOK {
		result.Replay = r.replay(body)
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
	answer, err := io.ReadAll(response.Body)
	return response.StatusCode, answer, err
}

// replay tells whether a transaction that has just succeeded had succeeded before
// under its token, so that DynamoDB Local wrote nothing.
func (r *remote) replay(body []byte) bool {
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
