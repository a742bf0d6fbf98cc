package provider

import (
	"context"
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
)

// server is the provider. It implements tfprotov5.ProviderServer; Terraform calls its
// methods from several goroutines, and ConfigureProvider before all that plan or apply.
type server struct {
	cat         *catalog
	cfg         config
	skipRegions bool // do not check Regions
	mem         *memory
	outside     outside
}

func newServer(cat *catalog) *server {
	mem := &memory{m: map[string]string{}}
	return &server{
		cat:     cat,
		cfg:     config{region: "us-east-1", account: "123456789012", partition: "aws", dnsSuffix: "amazonaws.com", defaultTags: map[string]any{}},
		mem:     mem,
		outside: outside{mem: mem},
	}
}

// memory is what one provider process remembers of other resources. Its methods can be
// called from several goroutines.
type memory struct {
	mu sync.Mutex
	m  map[string]string
}

func (m *memory) get(k string) string { m.mu.Lock(); defer m.mu.Unlock(); return m.m[k] }
func (m *memory) put(k, v string)     { m.mu.Lock(); defer m.mu.Unlock(); m.m[k] = v }
func (m *memory) drop(k string)       { m.mu.Lock(); defer m.mu.Unlock(); delete(m.m, k) }

// take claims a key. It reports false if the key is claimed already.
func (m *memory) take(k string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, taken := m.m[k]; taken {
		return false
	}
	m.m[k] = ""
	return true
}

// failure returns err as a diagnostic.
func failure(err error) []*tfprotov5.Diagnostic {
	return []*tfprotov5.Diagnostic{{Severity: tfprotov5.DiagnosticSeverityError, Summary: "stand-in provider: " + err.Error()}}
}

// decode returns the value as a map, and nil if it is null.
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

// encode returns a value of the wire format, null if v is nil.
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

var capabilities = &tfprotov5.ServerCapabilities{GetProviderSchemaOptional: true}

func (s *server) GetMetadata(context.Context, *tfprotov5.GetMetadataRequest) (*tfprotov5.GetMetadataResponse, error) {
	out := &tfprotov5.GetMetadataResponse{ServerCapabilities: capabilities}
	for _, n := range sortedKeys(s.cat.rawResources) {
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
	for n := range s.cat.rawResources {
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

func (s *server) StopProvider(context.Context, *tfprotov5.StopProviderRequest) (*tfprotov5.StopProviderResponse, error) {
	return &tfprotov5.StopProviderResponse{}, nil
}
