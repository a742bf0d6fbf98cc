package provider

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// importMark is the private state of an imported resource until its first apply.
const importMark = `{"imported":true}`

// importRegion matches an import id with a Region, ID@REGION.
var importRegion = regexp.MustCompile(`^(.+)@([a-z]{2}(?:-[a-z]+)+-\d)$`)

func (s *server) ImportResourceState(_ context.Context, req *tfprotov5.ImportResourceStateRequest) (*tfprotov5.ImportResourceStateResponse, error) {
	out := &tfprotov5.ImportResourceStateResponse{}
	err := func() error {
		t, err := s.cat.resource(req.TypeName)
		if err != nil {
			return err
		}
		if req.ID == "" {
			return errors.New("import needs an id")
		}
		state := newFiller(&s.cfg, t, s.imported(t, req.ID), nil, s.mem).all()
		dv, err := encode(t, state)
		if err != nil {
			return err
		}
		out.ImportedResources = []*tfprotov5.ImportedResource{{TypeName: req.TypeName, State: dv, Private: []byte(importMark)}}
		return nil
	}()
	if err != nil {
		out.Diagnostics = failure(err)
	}
	return out, nil
}

// imported returns what an import id says about a resource. What only AWS sets is
// unknown, to be invented. What the configuration can set is null, because there is
// nothing to read it from: the next plan shows it as an update in place.
func (s *server) imported(t *typeDef, id string) map[string]any {
	state := map[string]any{}
	for n, nb := range t.Block.Blocks {
		if nb.Mode == "list" || nb.Mode == "set" {
			state[n] = []any{}
		}
	}
	if a := t.Block.Attributes["region"]; a != nil && a.Optional {
		state["region"] = s.cfg.region
		if m := importRegion.FindStringSubmatch(id); m != nil {
			id, state["region"] = m[1], m[2]
		}
	}
	format := t.behaviour.Import
	if format == "" {
		format = t.behaviour.ID
	}
	for k, v := range matchFormat(format, id) {
		if a := t.Block.Attributes[k]; a != nil && a.typ.Is(tftypes.String) {
			state[k] = v
		}
	}
	if state["id"] == nil {
		state["id"] = id
		if t.behaviour.Import != "" && t.behaviour.ID != "" {
			state["id"] = unknown
		}
	}
	for n, a := range t.Block.Attributes {
		if _, made := t.behaviour.Set[n]; state[n] == nil && a.Computed && (!a.Optional || made) {
			state[n] = unknown
		}
	}
	if t.Block.Attributes["tags_all"] != nil {
		state["tags_all"] = map[string]any{}
	}
	return state
}

// matchFormat returns the attributes that a template of plain slots has in an id. It
// returns nil if the template has other slots, or the id does not match.
func matchFormat(format, id string) map[string]string {
	if format == "" || strings.ContainsAny(format, "#$|") {
		return nil
	}
	var names []string
	expr := "^"
	rest := format
	for {
		i := strings.IndexByte(rest, '{')
		if i < 0 {
			break
		}
		j := strings.IndexByte(rest, '}')
		names = append(names, rest[i+1:j])
		expr += regexp.QuoteMeta(rest[:i]) + "(.+?)"
		rest = rest[j+1:]
	}
	re, err := regexp.Compile(expr + regexp.QuoteMeta(rest) + "$")
	if err != nil || len(names) == 0 {
		return nil
	}
	m := re.FindStringSubmatch(id)
	if m == nil {
		return nil
	}
	out := map[string]string{}
	for i, n := range names {
		out[n] = m[i+1]
	}
	return out
}
