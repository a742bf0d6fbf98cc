package dynamodb

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/meridian-api/meridian/infra/local/dynamodb/internal/protocol"
)

func (r *region) describeTimeToLive(body []byte) protocol.Answer {
	o, err := protocol.Parse(body)
	if err != nil {
		return protocol.Refuse(err)
	}
	name, _ := o.Text("TableName")
	o.Done()
	r.mu.Lock()
	defer r.mu.Unlock()
	t, err := r.timedTable(o, name)
	if err != nil {
		return protocol.Refuse(err)
	}
	description := map[string]any{"TimeToLiveStatus": "DISABLED"}
	if t.ttl != "" {
		description = map[string]any{"TimeToLiveStatus": "ENABLED", "AttributeName": t.ttl}
	}
	return succeed(map[string]any{"TimeToLiveDescription": description})
}

// updateTimeToLive switches expiry on or off for a table of this Region alone; a
// global table's is what its manifest says.
func (r *region) updateTimeToLive(ctx context.Context, body []byte) protocol.Answer {
	o, err := protocol.Parse(body)
	if err != nil {
		return protocol.Refuse(err)
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
	t, err := r.timedTable(o, name)
	if err == nil {
		err = t.checkTimeToLive(name, attribute, enabled)
	}
	if err != nil {
		return protocol.Refuse(err)
	}
	r.expiring.drop(name)
	if t.ttl = ""; enabled {
		t.ttl = attribute
		if err := r.load(ctx, name); err != nil {
			r.log.Error("the items of a table could not be read for their expiry", "table", name, "error", err)
			return protocol.Refuse(protocol.Internal())
		}
	}
	return succeed(map[string]any{"TimeToLiveSpecification": map[string]any{"AttributeName": attribute, "Enabled": enabled}})
}

func (r *region) timedTable(o *protocol.Object, name string) (*replica, error) {
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
	case t.global:
		return protocol.Invalidf("the expiry of global table %s is what its manifest declares; the local cloud does not change it", name)
	}
	return nil
}

func succeed(members map[string]any) protocol.Answer {
	body, err := json.Marshal(members)
	if err != nil {
		return protocol.Refuse(err)
	}
	return protocol.Answer{Status: http.StatusOK, Body: body}
}
