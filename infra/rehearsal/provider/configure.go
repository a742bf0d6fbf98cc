package provider

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
)

// config is the configuration of the provider block.
type config struct {
	region      any // string or unknown
	account     string
	partition   string
	dnsSuffix   string
	defaultTags any // map[string]any or unknown
}

func (s *server) PrepareProviderConfig(_ context.Context, req *tfprotov5.PrepareProviderConfigRequest) (*tfprotov5.PrepareProviderConfigResponse, error) {
	out := &tfprotov5.PrepareProviderConfigResponse{PreparedConfig: req.Config}
	conf, err := decode(s.cat.provider, req.Config)
	if err != nil {
		out.Diagnostics = failure(err)
		return out, nil
	}
	if isSet(conf["allowed_account_ids"]) && isSet(conf["forbidden_account_ids"]) {
		out.Diagnostics = protos([]diagnostic{{
			[]any{"allowed_account_ids"}, "Conflicting configuration arguments", "allowed_account_ids conflicts with forbidden_account_ids.",
		}})
	}
	return out, nil
}

func (s *server) ConfigureProvider(_ context.Context, req *tfprotov5.ConfigureProviderRequest) (*tfprotov5.ConfigureProviderResponse, error) {
	out := &tfprotov5.ConfigureProviderResponse{}
	conf, err := decode(s.cat.provider, req.Config)
	if err != nil {
		out.Diagnostics = failure(err)
		return out, nil
	}
	out.Diagnostics = protos(s.configure(conf))
	return out, nil
}

func (s *server) configure(conf map[string]any) []diagnostic {
	s.skipRegions = conf["skip_region_validation"] == true
	s.cfg.region = conf["region"]
	if s.cfg.region == nil || s.cfg.region == "" {
		s.cfg.region = cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION"), "us-east-1")
	}
	if r, ok := s.cfg.region.(string); ok {
		if !s.skipRegions && !knownRegion(r) {
			return []diagnostic{{[]any{"region"}, "Invalid provider configuration", fmt.Sprintf("invalid AWS Region: %s", r)}}
		}
		s.cfg.partition, s.cfg.dnsSuffix = partitionOf(r)
	}
	// The account is the one that the configuration demands, or AWS's usual example.
	if ids := asList(conf["allowed_account_ids"]); len(ids) == 1 && asString(ids[0]) != "" {
		s.cfg.account = asString(ids[0])
	}
	if slices.Contains(asList(conf["forbidden_account_ids"]), any(s.cfg.account)) {
		return []diagnostic{{nil, "AWS account ID not allowed: " + s.cfg.account, ""}}
	}
	s.cfg.defaultTags = defaultTags(conf["default_tags"])
	return nil
}

// defaultTags returns the tags of the blocks default_tags, or unknown.
func defaultTags(blocks any) any {
	if isUnknown(blocks) {
		return unknown
	}
	var tags any = map[string]any{}
	for _, b := range asList(blocks) {
		tags = mergeTags(tags, asMap(b)["tags"])
	}
	return tags
}
