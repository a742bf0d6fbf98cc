package up

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/local"
)

// seedFile is the name of a context's demo data: requests for the edge.
const seedFile = "seed.json"

// seedRequest is one request of a seed file. Path and Body may have placeholders, such
// as {ada} for the subject of the user ada.
type seedRequest struct {
	User   string            `json:"user"`
	Method string            `json:"method"`
	Path   string            `json:"path"`
	Header map[string]string `json:"header"`
	Body   json.RawMessage   `json:"body"`
}

// Seed sends the seed requests of every context, in the order of the contexts' names,
// except those that are in seeded, and waits until the data is in all Regions. It returns
// the number of requests. It accepts the statuses 409 and 412, because a DynamoDB that
// outlives the cloud has the data already.
func Seed(ctx context.Context, contexts []workspace.Context, cloud *local.Cloud, seeded []string) (n int, err error) {
	subjects := subjectsOf(cloud)
	for _, c := range contexts {
		if slices.Contains(seeded, c.Name) {
			continue
		}
		name := filepath.Join(c.Dir, seedFile)
		data, err := os.ReadFile(name)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return n, err
		}
		var requests []seedRequest
		if err := json.Unmarshal([]byte(subjects.Replace(string(data))), &requests); err != nil {
			return n, fmt.Errorf("%s: %w", name, err)
		}
		for i, r := range requests {
			if err := r.send(ctx, cloud); err != nil {
				return n, fmt.Errorf("%s: request %d: %w", name, i+1, err)
			}
			n++
		}
	}
	return n, cloud.Settled(ctx)
}

// subjectsOf returns a replacer of the placeholders for the users' subjects.
func subjectsOf(cloud *local.Cloud) *strings.Replacer {
	var pairs []string
	for _, u := range cloud.Users() {
		pairs = append(pairs, "{"+u.Name+"}", u.Subject)
	}
	return strings.NewReplacer(pairs...)
}

// send sends the request through the edge.
func (r seedRequest) send(ctx context.Context, cloud *local.Cloud) error {
	token, _, err := cloud.Token(r.User)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, cloud.URL()+r.Path, bytes.NewReader(r.Body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	for name, value := range r.Header {
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	exists := resp.StatusCode == http.StatusConflict || resp.StatusCode == http.StatusPreconditionFailed
	if resp.StatusCode/100 != 2 && !exists {
		return fmt.Errorf("%s %s as %s: %s: %s", r.Method, r.Path, r.User, resp.Status, body)
	}
	return nil
}
