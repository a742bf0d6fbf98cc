package dynamodb

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/store"
)

func (r *region) describeTimeToLive(body []byte) protocol.Response {
	o, err := protocol.Parse(body)
	if err != nil {
		return protocol.ErrorResponse(err)
	}
	name, _ := o.Text("TableName")
	o.Done()
	r.mu.Lock()
	defer r.mu.Unlock()
	t, err := r.replicaNamed(o, name)
	if err != nil {
		return protocol.ErrorResponse(err)
	}
	description := map[string]any{"TimeToLiveStatus": "DISABLED"}
	if t.ttl != "" {
		description = map[string]any{"TimeToLiveStatus": "ENABLED", "AttributeName": t.ttl}
	}
	return success(map[string]any{"TimeToLiveDescription": description})
}

// updateTimeToLive enables or disables TTL on a table that exists in this Region
// only. The TTL of a global table is declared in its manifest.
func (r *region) updateTimeToLive(ctx context.Context, body []byte) protocol.Response {
	o, err := protocol.Parse(body)
	if err != nil {
		return protocol.ErrorResponse(err)
	}
	name, _ := o.Text("TableName")
	attribute, enabled := "", false
	if specification := o.Object("TimeToLiveSpecification"); specification != nil {
		attribute, _ = specification.Text("AttributeName")
		enabled = specification.Bool("Enabled")
		specification.Done()
	}
	const longest = 255
	if len(attribute) < 1 || len(attribute) > longest {
		o.Fail(protocol.Invalidf("TimeToLiveSpecification.AttributeName must be between 1 and %d characters", longest))
	}
	o.Done()
	r.mu.Lock()
	defer r.mu.Unlock()
	t, err := r.replicaNamed(o, name)
	if err == nil {
		err = t.checkTimeToLive(name, attribute, enabled)
	}
	if err != nil {
		return protocol.ErrorResponse(err)
	}
	t.ttl = ""
	if enabled {
		t.ttl = attribute
	}
	tx := r.store.Begin()
	err = r.noteItems(store.WithTx(ctx, tx), tx, name)
	if err := errors.Join(err, r.commit(tx)); err != nil {
		r.log.Error("cannot read the expiry of a table's items", "table", name, "error", err)
		return protocol.ErrorResponse(protocol.Internal())
	}
	specification := map[string]any{"AttributeName": attribute, "Enabled": enabled}
	return success(map[string]any{"TimeToLiveSpecification": specification})
}

func (r *region) replicaNamed(o *protocol.Object, name string) (*replica, error) {
	if err := o.Err(); err != nil {
		return nil, err
	}
	t := r.tables[name]
	if t == nil {
		return nil, protocol.Newf(protocol.ResourceNotFoundException, "Requested resource not found: Table: %s not found", name)
	}
	return t, nil
}

func (t *replica) checkTimeToLive(name, attribute string, enable bool) error {
	switch {
	case enable && t.ttl == attribute:
		return protocol.Invalidf("TimeToLive is already enabled")
	case enable && t.ttl != "":
		return protocol.Invalidf("TimeToLive is active on a different AttributeName: current AttributeName is %s", t.ttl)
	case !enable && t.ttl == "":
		return protocol.Invalidf("TimeToLive is already disabled")
	case !enable && t.ttl != attribute:
		return protocol.Invalidf("TimeToLive is active on a different AttributeName: current AttributeName is %s", t.ttl)
	case t.global:
		return protocol.Invalidf("a manifest declares the TTL of global table %s: the embedded cloud cannot change it", name)
	}
	return nil
}

func success(members map[string]any) protocol.Response {
	body, err := json.Marshal(members)
	if err != nil {
		return protocol.ErrorResponse(err)
	}
	return protocol.Response{Status: http.StatusOK, Body: body}
}
