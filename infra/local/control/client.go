package control

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Client calls the API of a running cloud. It returns the errors of the cloud.
type Client struct {
	// URL is the address of the API, such as "http://127.0.0.1:8080/console/api".
	URL string
}

// Status returns the state, with the route of a client at a location, which may be empty.
func (c Client) Status(ctx context.Context, location string) (s Status, err error) {
	return s, c.get(ctx, "/status?from="+url.QueryEscape(location), &s)
}

// Requests returns the latest requests, the newest first.
func (c Client) Requests(ctx context.Context) (list []Request, err error) {
	return list, c.get(ctx, "/requests", &list)
}

// Request returns a request with its lines, event and response. id is the request's or the
// trace's.
func (c Client) Request(ctx context.Context, id string) (r Request, err error) {
	return r, c.get(ctx, "/requests/"+url.PathEscape(id), &r)
}

// Tables returns the tables of a Region.
func (c Client) Tables(ctx context.Context, region string) (list []Table, err error) {
	return list, c.get(ctx, "/tables?region="+url.QueryEscape(region), &list)
}

// Items returns the items of a table in a Region, in the form of DynamoDB's API.
func (c Client) Items(ctx context.Context, region, table string) (list []json.RawMessage, err error) {
	return list, c.get(ctx, "/tables/"+url.PathEscape(table)+"?region="+url.QueryEscape(region), &list)
}

// Pending returns writes that are on their way.
func (c Client) Pending(ctx context.Context) (list []Write, err error) {
	return list, c.get(ctx, "/pending", &list)
}

// Conflicts returns the latest writes that lost against a later one.
func (c Client) Conflicts(ctx context.Context) (list []Write, err error) {
	return list, c.get(ctx, "/conflicts", &list)
}

// SetRegion stops or starts a Region.
func (c Client) SetRegion(ctx context.Context, region string, down bool) error {
	return c.post(ctx, "/region", Command{Region: region, Down: down}, nil)
}

// SetLink cuts or heals the replication between two Regions.
func (c Client) SetLink(ctx context.Context, a, b string, cut bool) error {
	return c.post(ctx, "/link", Command{A: a, B: b, Cut: cut}, nil)
}

// SetLag sets the replication lag of all links.
func (c Client) SetLag(ctx context.Context, lag time.Duration) error {
	return c.post(ctx, "/lag", Command{LagMs: milliseconds(lag)}, nil)
}

// SetSkew sets by how much the clock of a Region is ahead.
func (c Client) SetSkew(ctx context.Context, region string, skew time.Duration) error {
	return c.post(ctx, "/skew", Command{Region: region, SkewMs: milliseconds(skew)}, nil)
}

// SetFault sets the faults of a function; a fault without any effect ends them.
func (c Client) SetFault(ctx context.Context, f Fault) error {
	return c.post(ctx, "/fault", Command{Fault: f}, nil)
}

// ExpireKeys expires the keys that sign tokens.
func (c Client) ExpireKeys(ctx context.Context) error { return c.post(ctx, "/keys", Command{}, nil) }

// SetSecretsOutage begins or ends an outage of Secrets Manager.
func (c Client) SetSecretsOutage(ctx context.Context, outage bool) error {
	return c.post(ctx, "/secrets", Command{Outage: outage}, nil)
}

// Token returns tokens of a user, with the user's scopes if scopes is empty.
func (c Client) Token(ctx context.Context, user string, scopes ...string) (t Token, err error) {
	return t, c.post(ctx, "/token", Command{User: user, Scopes: scopes}, &t)
}

// Invoke invokes a function with an event. An empty Region is the nearest one.
func (c Client) Invoke(ctx context.Context, region, function string, event []byte) (i Invocation, err error) {
	return i, c.post(ctx, "/invoke", Command{Region: region, Function: function, Event: event}, &i)
}

// Watch calls handle for each event until ctx is done or the cloud has ended.
func (c Client) Watch(ctx context.Context, handle func(Event)) error {
	response, err := c.send(ctx, http.MethodGet, "/events", nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 4<<20)
	var e Event
	for lines.Scan() {
		if kind, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			e.Type = kind
		} else if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			e.Data = json.RawMessage(data)
			handle(e)
		}
	}
	return lines.Err()
}

func (c Client) get(ctx context.Context, path string, out any) error {
	response, err := c.send(ctx, http.MethodGet, path, nil)
	return decode(response, err, out)
}

func (c Client) post(ctx context.Context, path string, in Command, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	response, err := c.send(ctx, http.MethodPost, path, bytes.NewReader(body))
	return decode(response, err, out)
}

func decode(response *http.Response, err error, out any) error {
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if out == nil {
		return nil
	}
	return json.NewDecoder(response.Body).Decode(out)
}

// send returns a successful response, or the error in another one.
func (c Client) send(ctx context.Context, method, path string, body io.Reader) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.URL+path, body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil || response.StatusCode == http.StatusOK {
		return response, err
	}
	defer response.Body.Close()
	var failure struct {
		Error string `json:"error"`
	}
	if err := json.NewDecoder(response.Body).Decode(&failure); err != nil || failure.Error == "" {
		return nil, fmt.Errorf("%s %s: %s", method, path, response.Status)
	}
	return nil, fmt.Errorf("%s", failure.Error)
}
