package provider

import (
	"context"
	"errors"
	"maps"
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
		state, known, err := s.outside.find(&s.cfg, t, s.fromImport(t, req.ID), req.ID)
		if err != nil {
			return err
		}
		private := []byte(nil)
		if !known {
			private = []byte(importMark)
			state = newFiller(&s.cfg, t, s.imported(t, req.ID), nil, s.mem).all()
		}
		dv, err := encode(t, state)
		if err != nil {
			return err
		}
		out.ImportedResources = []*tfprotov5.ImportedResource{{TypeName: req.TypeName, State: dv, Private: private}}
		return nil
	}()
	if err != nil {
		out.Diagnostics = failure(err)
	}
	return out, nil
}

// imported returns what an import id says about a resource that no account has. What
// only AWS sets is unknown, to be invented. What the configuration can set is null,
// because there is nothing to read it from: the next plan shows it as an update in
// place.
func (s *server) imported(t *typeDef, id string) map[string]any {
	state := map[string]any{}
	for n, nb := range t.Block.Blocks {
		if nb.Mode == "list" || nb.Mode == "set" {
			state[n] = []any{}
		}
	}
	maps.Copy(state, s.fromImport(t, id))
	id, _ = cutRegion(t, id)
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

// fromImport returns the attributes that an import id has: the Region, and what the
// format of the type's ids names.
func (s *server) fromImport(t *typeDef, id string) map[string]any {
	from := map[string]any{}
	if a := t.Block.Attributes["region"]; a != nil && a.Optional {
		from["region"] = s.cfg.region
	}
	id, region := cutRegion(t, id)
	if region != "" {
		from["region"] = region
	}
	format := t.behaviour.Import
	if format == "" {
		format = t.behaviour.ID
	}
	for k, v := range matchFormat(format, id) {
		if a := t.Block.Attributes[k]; a != nil && a.typ.Is(tftypes.String) {
			from[k] = v
		}
	}
	// The ids of both types end in a part that not all resources have.
	switch t.name {
	case "aws_lambda_permission":
		cutPart(from, "function_name", ":", "qualifier")
	case "aws_route53_record":
		cutPart(from, "type", "_", "set_identifier")
	}
	return from
}

// cutPart moves what comes after a separator in one attribute to another.
func cutPart(from map[string]any, name, separator, to string) {
	if before, after, has := strings.Cut(asString(from[name]), separator); has {
		from[name], from[to] = before, after
	}
}

// cutRegion splits an import id ID@REGION of a type with a Region.
func cutRegion(t *typeDef, id string) (rest, region string) {
	if m := importRegion.FindStringSubmatch(id); m != nil && t.Block.Attributes["region"] != nil {
		return m[1], m[2]
	}
	return id, ""
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
