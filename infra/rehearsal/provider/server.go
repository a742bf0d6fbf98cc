package provider

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// memory is what one provider process remembers across resources.
type memory struct {
	mu sync.Mutex
	m  map[string]string
}

func (m *memory) get(k string) string { m.mu.Lock(); defer m.mu.Unlock(); return m.m[k] }
func (m *memory) put(k, v string)     { m.mu.Lock(); defer m.mu.Unlock(); m.m[k] = v }
func (m *memory) drop(k string)       { m.mu.Lock(); defer m.mu.Unlock(); delete(m.m, k) }

// take claims a key; false if it is taken.
func (m *memory) take(k string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, taken := m.m[k]; taken {
		return false
	}
	m.m[k] = ""
	return true
}

type server struct {
	cat         *catalog
	cfg         config
	skipRegions bool
	mem         *memory
}

func newServer(cat *catalog) *server {
	return &server{cat: cat, cfg: config{region: "us-east-1", account: "123456789012", partition: "aws", dnsSuffix: "amazonaws.com", defaultTags: map[string]any{}},
		mem: &memory{m: map[string]string{}}}
}

func fail(err error) []*tfprotov5.Diagnostic {
	return []*tfprotov5.Diagnostic{{Severity: tfprotov5.DiagnosticSeverityError, Summary: "terraform-offline: " + err.Error()}}
}

func diagnostics(ps []problem) []*tfprotov5.Diagnostic {
	var out []*tfprotov5.Diagnostic
	for _, p := range ps {
		out = append(out, p.proto())
	}
	return out
}

// decode gives the value as a map; nil if it is null.
func decode(t *typeDef, dv *tfprotov5.DynamicValue) (map[string]any, error) {
	if dv == nil {
		return nil, nil
	}
	tv, err := dv.Unmarshal(t.typ)
	if err != nil {
		return nil, err
	}
	v, err := fromTF(tv)
	return asMap(v), err
}

func encode(t *typeDef, v map[string]any) (*tfprotov5.DynamicValue, error) {
	var in any
	if v != nil {
		in = v
	}
	tv, err := toTF(in, t.typ)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t.name, err)
	}
	dv, err := tfprotov5.NewDynamicValue(t.typ, tv)
	return &dv, err
}

// -- schema ---------------------------------------------------------------------

var capabilities = &tfprotov5.ServerCapabilities{GetProviderSchemaOptional: true}

func (s *server) GetMetadata(context.Context, *tfprotov5.GetMetadataRequest) (*tfprotov5.GetMetadataResponse, error) {
	out := &tfprotov5.GetMetadataResponse{ServerCapabilities: capabilities}
	for _, n := range sortedKeys(s.cat.rawRes) {
		out.Resources = append(out.Resources, tfprotov5.ResourceMetadata{TypeName: n})
	}
	for _, n := range sortedKeys(s.cat.rawData) {
		out.DataSources = append(out.DataSources, tfprotov5.DataSourceMetadata{TypeName: n})
	}
	for _, n := range sortedKeys(functions) {
		out.Functions = append(out.Functions, tfprotov5.FunctionMetadata{Name: n})
	}
	return out, nil
}

func (s *server) GetProviderSchema(context.Context, *tfprotov5.GetProviderSchemaRequest) (*tfprotov5.GetProviderSchemaResponse, error) {
	out := &tfprotov5.GetProviderSchemaResponse{
		ServerCapabilities: capabilities,
		Provider:           s.cat.provider.proto(),
		ResourceSchemas:    map[string]*tfprotov5.Schema{},
		DataSourceSchemas:  map[string]*tfprotov5.Schema{},
		Functions:          functionProtos(),
	}
	for n := range s.cat.rawRes {
		t, err := s.cat.resource(n)
		if err != nil {
			return nil, err
		}
		out.ResourceSchemas[n] = t.proto()
	}
	for n := range s.cat.rawData {
		t, err := s.cat.dataSource(n)
		if err != nil {
			return nil, err
		}
		out.DataSourceSchemas[n] = t.proto()
	}
	return out, nil
}

func (s *server) GetResourceIdentitySchemas(context.Context, *tfprotov5.GetResourceIdentitySchemasRequest) (*tfprotov5.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov5.GetResourceIdentitySchemasResponse{}, nil
}

// -- provider configuration -------------------------------------------------------

func (s *server) PrepareProviderConfig(_ context.Context, req *tfprotov5.PrepareProviderConfigRequest) (*tfprotov5.PrepareProviderConfigResponse, error) {
	out := &tfprotov5.PrepareProviderConfigResponse{PreparedConfig: req.Config}
	conf, err := decode(s.cat.provider, req.Config)
	if err != nil {
		out.Diagnostics = fail(err)
		return out, nil
	}
	if isSet(conf["allowed_account_ids"]) && isSet(conf["forbidden_account_ids"]) {
		out.Diagnostics = diagnostics([]problem{{[]any{"allowed_account_ids"}, "Conflicting configuration arguments", "allowed_account_ids conflicts with forbidden_account_ids."}})
	}
	return out, nil
}

func (s *server) ConfigureProvider(_ context.Context, req *tfprotov5.ConfigureProviderRequest) (*tfprotov5.ConfigureProviderResponse, error) {
	out := &tfprotov5.ConfigureProviderResponse{}
	conf, err := decode(s.cat.provider, req.Config)
	if err != nil {
		out.Diagnostics = fail(err)
		return out, nil
	}
	s.skipRegions = conf["skip_region_validation"] == true
	region := conf["region"]
	for _, env := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		if region == nil && os.Getenv(env) != "" {
			region = os.Getenv(env)
		}
	}
	if region == nil || region == "" {
		region = "us-east-1"
	}
	s.cfg.region = region
	if r, ok := region.(string); ok {
		if !s.skipRegions && !knownRegion(r) {
			out.Diagnostics = diagnostics([]problem{{[]any{"region"}, "Invalid provider configuration", fmt.Sprintf("invalid AWS Region: %s", r)}})
			return out, nil
		}
		s.cfg.partition, s.cfg.dnsSuffix = partitionOf(r)
	}
	// The account: the one that the configuration demands, or the usual example.
	if ids := asList(conf["allowed_account_ids"]); len(ids) == 1 && asString(ids[0]) != "" {
		s.cfg.account = asString(ids[0])
	}
	if slices.Contains(asList(conf["forbidden_account_ids"]), any(s.cfg.account)) {
		out.Diagnostics = diagnostics([]problem{{nil, "AWS account ID not allowed: " + s.cfg.account, ""}})
		return out, nil
	}
	tags := map[string]any{}
	switch d := conf["default_tags"].(type) {
	case unknownValue:
		s.cfg.defaultTags = unknown
		return out, nil
	case []any:
		for _, e := range d {
			t := asMap(e)["tags"]
			if isUnknown(t) {
				s.cfg.defaultTags = unknown
				return out, nil
			}
			for k, v := range asMap(t) {
				tags[k] = v
			}
		}
	}
	s.cfg.defaultTags = tags
	return out, nil
}

func (s *server) StopProvider(context.Context, *tfprotov5.StopProviderRequest) (*tfprotov5.StopProviderResponse, error) {
	return &tfprotov5.StopProviderResponse{}, nil
}

// -- resources ----------------------------------------------------------------------

func (s *server) ValidateResourceTypeConfig(_ context.Context, req *tfprotov5.ValidateResourceTypeConfigRequest) (*tfprotov5.ValidateResourceTypeConfigResponse, error) {
	out := &tfprotov5.ValidateResourceTypeConfigResponse{}
	t, err := s.cat.resource(req.TypeName)
	if err == nil {
		var conf map[string]any
		if conf, err = decode(t, req.Config); err == nil {
			out.Diagnostics = diagnostics(validate(t, conf))
			return out, nil
		}
	}
	out.Diagnostics = fail(err)
	return out, nil
}

func (s *server) UpgradeResourceState(_ context.Context, req *tfprotov5.UpgradeResourceStateRequest) (*tfprotov5.UpgradeResourceStateResponse, error) {
	out := &tfprotov5.UpgradeResourceStateResponse{}
	t, err := s.cat.resource(req.TypeName)
	if err == nil {
		var tv tftypes.Value
		tv, err = req.RawState.UnmarshalWithOpts(t.typ, tfprotov5.UnmarshalOpts{ValueFromJSONOpts: tftypes.ValueFromJSONOpts{IgnoreUndefinedAttributes: true}})
		if err == nil {
			var dv tfprotov5.DynamicValue
			if dv, err = tfprotov5.NewDynamicValue(t.typ, tv); err == nil {
				out.UpgradedState = &dv
				return out, nil
			}
		}
	}
	out.Diagnostics = fail(err)
	return out, nil
}

func (s *server) ReadResource(_ context.Context, req *tfprotov5.ReadResourceRequest) (*tfprotov5.ReadResourceResponse, error) {
	out := &tfprotov5.ReadResourceResponse{NewState: req.CurrentState, Private: req.Private}
	if t, err := s.cat.resource(req.TypeName); err == nil {
		if state, err := decode(t, req.CurrentState); err == nil {
			s.remember(t, state)
		}
	}
	return out, nil
}

// remember keeps what other resources' made-up values are made of.
func (s *server) remember(t *typeDef, v map[string]any) {
	switch t.name {
	case "aws_route53_zone":
		s.mem.put("zone:"+asString(v["zone_id"]), asString(v["name"]))
	case "aws_api_gateway_resource":
		s.mem.put("path:"+asString(v["id"]), asString(v["path"]))
	}
}

const importMark = `{"imported":true}`

func (s *server) PlanResourceChange(_ context.Context, req *tfprotov5.PlanResourceChangeRequest) (*tfprotov5.PlanResourceChangeResponse, error) {
	out := &tfprotov5.PlanResourceChangeResponse{UnsafeToUseLegacyTypeSystem: true, PlannedPrivate: req.PriorPrivate}
	err := func() error {
		t, err := s.cat.resource(req.TypeName)
		if err != nil {
			return err
		}
		proposed, err := decode(t, req.ProposedNewState)
		if err != nil {
			return err
		}
		if proposed == nil { // destroy
			out.PlannedState = req.ProposedNewState
			return nil
		}
		conf, err := decode(t, req.Config)
		if err != nil {
			return err
		}
		prior, err := decode(t, req.PriorState)
		if err != nil {
			return err
		}
		if ps := checkRegion(t, conf); len(ps) > 0 && !s.skipRegions {
			out.Diagnostics = diagnostics(ps)
			return nil
		}
		p := &planner{cfg: &s.cfg, t: t}
		planned, replace := p.plan(conf, prior, string(req.PriorPrivate) == importMark)
		out.RequiresReplace = paths(replace)
		out.PlannedState, err = encode(t, planned)
		return err
	}()
	if err != nil {
		out.Diagnostics = fail(err)
	}
	return out, nil
}

func (s *server) ApplyResourceChange(_ context.Context, req *tfprotov5.ApplyResourceChangeRequest) (*tfprotov5.ApplyResourceChangeResponse, error) {
	out := &tfprotov5.ApplyResourceChangeResponse{UnsafeToUseLegacyTypeSystem: true}
	err := func() error {
		t, err := s.cat.resource(req.TypeName)
		if err != nil {
			return err
		}
		planned, err := decode(t, req.PlannedState)
		if err != nil {
			return err
		}
		prior, err := decode(t, req.PriorState)
		if err != nil {
			return err
		}
		if planned == nil { // destroy
			s.mem.drop(identity(t, prior))
			out.NewState = req.PlannedState
			return nil
		}
		state := newFiller(&s.cfg, t, planned, prior, s.mem).all()
		if key := identity(t, state); prior == nil && key != "" && !s.mem.take(key) {
			return fmt.Errorf("creating %s: it exists already, two resources of this run are the same (%s)", t.name, key)
		}
		s.remember(t, state)
		out.NewState, err = encode(t, state)
		return err
	}()
	if err != nil {
		out.Diagnostics = fail(err)
		out.NewState = req.PriorState
	}
	return out, nil
}

// identity is what AWS lets exist only once: the type, the region if it has one, and
// the attributes that behaviour.json calls unique. Two resources with one identity are
// what a copy of a module in a second region gives when the region was forgotten.
func identity(t *typeDef, v map[string]any) string {
	if t.how.Unique == nil || v == nil || v["allow_overwrite"] == true || v["overwrite"] == true {
		return ""
	}
	parts := []string{t.name}
	if t.Block.Attributes["region"] != nil && t.name != "aws_s3_bucket" {
		parts = append(parts, text(v["region"]))
	}
	for _, n := range t.how.Unique {
		s := text(v[n])
		if t.name == "aws_route53_record" && n == "name" {
			s = strings.TrimSuffix(strings.ToLower(s), ".")
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " ")
}

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
		state := map[string]any{}
		for n, nb := range t.Block.Blocks {
			if nb.Mode == "list" || nb.Mode == "set" {
				state[n] = []any{}
			}
		}
		id := req.ID
		if a := t.Block.Attributes["region"]; a != nil && a.Optional {
			state["region"] = s.cfg.region
			if m := importRegion.FindStringSubmatch(id); m != nil {
				id, state["region"] = m[1], m[2]
			}
		}
		format := t.how.Import
		if format == "" {
			format = t.how.ID
		}
		for k, v := range matchFormat(format, id) {
			if a := t.Block.Attributes[k]; a != nil && a.typ.Is(tftypes.String) {
				state[k] = v
			}
		}
		if state["id"] == nil {
			state["id"] = id
			if t.how.Import != "" && t.how.ID != "" {
				state["id"] = unknown
			}
		}
		// What only AWS sets is made up. What the configuration may set stays null: there
		// is nothing to read it from, so the next plan shows it as an update in place.
		for n, a := range t.Block.Attributes {
			if _, made := t.how.Set[n]; state[n] == nil && a.Computed && (!a.Optional || made) {
				state[n] = unknown
			}
		}
		if t.Block.Attributes["tags_all"] != nil {
			state["tags_all"] = map[string]any{}
		}
		state = newFiller(&s.cfg, t, state, nil, s.mem).all()
		dv, err := encode(t, state)
		if err != nil {
			return err
		}
		out.ImportedResources = []*tfprotov5.ImportedResource{{TypeName: req.TypeName, State: dv, Private: []byte(importMark)}}
		return nil
	}()
	if err != nil {
		out.Diagnostics = fail(err)
	}
	return out, nil
}

// matchFormat reads the attributes back out of an id, for a format of plain slots.
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

func (s *server) MoveResourceState(_ context.Context, req *tfprotov5.MoveResourceStateRequest) (*tfprotov5.MoveResourceStateResponse, error) {
	return &tfprotov5.MoveResourceStateResponse{Diagnostics: fail(fmt.Errorf("a %s cannot be moved to %s", req.SourceTypeName, req.TargetTypeName))}, nil
}

func (s *server) UpgradeResourceIdentity(context.Context, *tfprotov5.UpgradeResourceIdentityRequest) (*tfprotov5.UpgradeResourceIdentityResponse, error) {
	return &tfprotov5.UpgradeResourceIdentityResponse{Diagnostics: fail(errors.New("no resource identities"))}, nil
}

func (s *server) GenerateResourceConfig(context.Context, *tfprotov5.GenerateResourceConfigRequest) (*tfprotov5.GenerateResourceConfigResponse, error) {
	return &tfprotov5.GenerateResourceConfigResponse{Diagnostics: fail(errors.New("no generated configuration"))}, nil
}

// -- data sources ---------------------------------------------------------------------

func (s *server) ValidateDataSourceConfig(_ context.Context, req *tfprotov5.ValidateDataSourceConfigRequest) (*tfprotov5.ValidateDataSourceConfigResponse, error) {
	out := &tfprotov5.ValidateDataSourceConfigResponse{}
	t, err := s.cat.dataSource(req.TypeName)
	if err == nil {
		var conf map[string]any
		if conf, err = decode(t, req.Config); err == nil {
			out.Diagnostics = diagnostics(validate(t, conf))
			return out, nil
		}
	}
	out.Diagnostics = fail(err)
	return out, nil
}

func (s *server) ReadDataSource(_ context.Context, req *tfprotov5.ReadDataSourceRequest) (*tfprotov5.ReadDataSourceResponse, error) {
	out := &tfprotov5.ReadDataSourceResponse{}
	err := func() error {
		t, err := s.cat.dataSource(req.TypeName)
		if err != nil {
			return err
		}
		conf, err := decode(t, req.Config)
		if err != nil {
			return err
		}
		if ps := checkRegion(t, conf); len(ps) > 0 && !s.skipRegions {
			out.Diagnostics = diagnostics(ps)
			return nil
		}
		state, err := readData(&s.cfg, t, conf, s.mem)
		if err != nil {
			return err
		}
		if t.name == "aws_route53_zone" {
			s.remember(t, state)
		}
		out.State, err = encode(t, state)
		return err
	}()
	if err != nil {
		out.Diagnostics = fail(err)
	}
	return out, nil
}

// -- functions ---------------------------------------------------------------------------

func (s *server) GetFunctions(context.Context, *tfprotov5.GetFunctionsRequest) (*tfprotov5.GetFunctionsResponse, error) {
	return &tfprotov5.GetFunctionsResponse{Functions: functionProtos()}, nil
}

func (s *server) CallFunction(_ context.Context, req *tfprotov5.CallFunctionRequest) (*tfprotov5.CallFunctionResponse, error) {
	out := &tfprotov5.CallFunctionResponse{}
	f, ok := functions[req.Name]
	if !ok || len(req.Arguments) != len(f.params) {
		out.Error = &tfprotov5.FunctionError{Text: "terraform-offline has no function " + req.Name}
		return out, nil
	}
	args := make([]string, len(f.params))
	for i, a := range req.Arguments {
		tv, err := a.Unmarshal(tftypes.String)
		if err == nil {
			err = tv.As(&args[i])
		}
		if err != nil {
			at := int64(i)
			out.Error = &tfprotov5.FunctionError{Text: err.Error(), FunctionArgument: &at}
			return out, nil
		}
	}
	v, problem := f.call(args)
	if problem != "" {
		at := int64(0)
		out.Error = &tfprotov5.FunctionError{Text: problem, FunctionArgument: &at}
		return out, nil
	}
	tv, err := toTF(v, f.result)
	if err == nil {
		var dv tfprotov5.DynamicValue
		if dv, err = tfprotov5.NewDynamicValue(f.result, tv); err == nil {
			out.Result = &dv
		}
	}
	if err != nil {
		out.Error = &tfprotov5.FunctionError{Text: err.Error()}
	}
	return out, nil
}

// -- ephemeral resources: none ---------------------------------------------------------------

var errNoEphemeral = errors.New("no ephemeral resources")

func (s *server) ValidateEphemeralResourceConfig(context.Context, *tfprotov5.ValidateEphemeralResourceConfigRequest) (*tfprotov5.ValidateEphemeralResourceConfigResponse, error) {
	return &tfprotov5.ValidateEphemeralResourceConfigResponse{Diagnostics: fail(errNoEphemeral)}, nil
}

func (s *server) OpenEphemeralResource(context.Context, *tfprotov5.OpenEphemeralResourceRequest) (*tfprotov5.OpenEphemeralResourceResponse, error) {
	return &tfprotov5.OpenEphemeralResourceResponse{Diagnostics: fail(errNoEphemeral)}, nil
}

func (s *server) RenewEphemeralResource(context.Context, *tfprotov5.RenewEphemeralResourceRequest) (*tfprotov5.RenewEphemeralResourceResponse, error) {
	return &tfprotov5.RenewEphemeralResourceResponse{Diagnostics: fail(errNoEphemeral)}, nil
}

func (s *server) CloseEphemeralResource(context.Context, *tfprotov5.CloseEphemeralResourceRequest) (*tfprotov5.CloseEphemeralResourceResponse, error) {
	return &tfprotov5.CloseEphemeralResourceResponse{Diagnostics: fail(errNoEphemeral)}, nil
}
