package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
)

// readers read the data sources that need more than a template, by type. Their
// argument is the configuration with its region set; they return the attributes that
// they know.
var readers = map[string]func(cfg *config, conf map[string]any) (map[string]any, error){
	"aws_iam_policy_document": func(_ *config, conf map[string]any) (map[string]any, error) {
		out, err := policyDocument(conf)
		if err != nil {
			return nil, fmt.Errorf("writing IAM Policy Document: %w", err)
		}
		return out, nil
	},
	"aws_region": func(cfg *config, conf map[string]any) (map[string]any, error) {
		r := asString(conf["region"])
		if e := asString(conf["endpoint"]); e != "" {
			if parts := strings.Split(e, "."); len(parts) > 1 {
				r = parts[1]
			}
		} else if n := asString(conf["name"]); n != "" {
			r = n
		}
		_, dns := partitionOf(r)
		return map[string]any{"region": r, "name": r, "id": r, "endpoint": "ec2." + r + "." + dns, "description": "Region " + r}, nil
	},
	"aws_regions": func(cfg *config, _ map[string]any) (map[string]any, error) {
		out := []any{}
		for _, r := range regionNames {
			if p, _ := partitionOf(r); p == cfg.partition {
				out = append(out, r)
			}
		}
		return map[string]any{"names": out, "id": cfg.partition}, nil
	},
	"aws_partition": func(cfg *config, _ map[string]any) (map[string]any, error) {
		rev := strings.Split(cfg.dnsSuffix, ".")
		slices.Reverse(rev)
		return map[string]any{"id": cfg.partition, "partition": cfg.partition, "dns_suffix": cfg.dnsSuffix, "reverse_dns_prefix": strings.Join(rev, ".")}, nil
	},
	"aws_availability_zones": func(_ *config, conf map[string]any) (map[string]any, error) {
		r := asString(conf["region"])
		names, ids := []any{}, []any{}
		for i, letter := range []string{"a", "b", "c"} {
			n, id := r+letter, fmt.Sprintf("%s-az%d", zoneID(r), i+1)
			if !slices.Contains(asList(conf["exclude_names"]), any(n)) && !slices.Contains(asList(conf["exclude_zone_ids"]), any(id)) {
				names, ids = append(names, n), append(ids, id)
			}
		}
		return map[string]any{"id": r, "names": names, "zone_ids": ids, "group_names": []any{r}}, nil
	},
	"aws_availability_zone": func(_ *config, conf map[string]any) (map[string]any, error) {
		r, n, id := asString(conf["region"]), asString(conf["name"]), asString(conf["zone_id"])
		suffix := "a"
		if n != "" {
			suffix = strings.TrimPrefix(n, r)
		} else if i := strings.LastIndex(id, "-az"); i >= 0 {
			suffix = string("abcdef"[(int(id[len(id)-1]-'1'))%6])
		}
		return map[string]any{
			"id": r + suffix, "name": r + suffix, "name_suffix": suffix, "region": r, "group_name": r, "state": "available",
			"zone_id": fmt.Sprintf("%s-az%d", zoneID(r), int(suffix[0]-'a')+1), "zone_type": "availability-zone",
			"opt_in_status": "opt-in-not-required", "network_border_group": r,
		}, nil
	},
	"aws_caller_identity": func(cfg *config, _ map[string]any) (map[string]any, error) {
		return map[string]any{
			"account_id": cfg.account, "id": cfg.account,
			"arn":     fmt.Sprintf("arn:%s:sts::%s:assumed-role/rehearsal/rehearsal", cfg.partition, cfg.account),
			"user_id": "AROA" + digest("upper", 17, cfg.account) + ":rehearsal",
		}, nil
	},
	"aws_arn": func(_ *config, conf map[string]any) (map[string]any, error) {
		parts, err := splitARN(asString(conf["arn"]))
		if err != nil {
			return nil, err
		}
		return map[string]any{
			"id": conf["arn"], "partition": parts[1], "service": parts[2], "region": parts[3], "account": parts[4], "resource": parts[5],
		}, nil
	},
	"aws_default_tags": func(cfg *config, _ map[string]any) (map[string]any, error) {
		return map[string]any{"id": cfg.partition, "tags": mergeTags(cfg.defaultTags, nil)}, nil
	},
	"aws_service_principal": func(_ *config, conf map[string]any) (map[string]any, error) {
		_, dns := partitionOf(asString(conf["region"]))
		name := asString(conf["service_name"])
		return map[string]any{"suffix": "amazonaws.com", "name": name + ".amazonaws.com", "id": name + "." + asString(conf["region"]) + "." + dns}, nil
	},
	"aws_service": func(cfg *config, conf map[string]any) (map[string]any, error) {
		region, id := asString(conf["region"]), asString(conf["service_id"])
		if rev := asString(conf["reverse_dns_name"]); rev != "" {
			parts := strings.Split(rev, ".")
			id = parts[len(parts)-1]
		} else if dns := asString(conf["dns_name"]); dns != "" {
			id, _, _ = strings.Cut(dns, ".")
		}
		p, dns := partitionOf(region)
		return map[string]any{
			"service_id": id, "partition": p, "dns_name": id + "." + region + "." + dns, "id": id + "." + region + "." + dns,
			"reverse_dns_prefix": "com.amazonaws", "reverse_dns_name": "com.amazonaws." + region + "." + id, "supported": true,
		}, nil
	},
	"aws_iam_session_context": func(_ *config, conf map[string]any) (map[string]any, error) {
		arn := asString(conf["arn"])
		out := map[string]any{"id": arn, "issuer_arn": arn, "issuer_id": "", "issuer_name": "", "session_name": ""}
		if parts := strings.Split(arn, ":"); len(parts) == 6 && strings.HasPrefix(parts[5], "assumed-role/") {
			if segs := strings.Split(parts[5], "/"); len(segs) >= 3 {
				role := segs[len(segs)-2]
				out["issuer_arn"] = "arn:" + parts[1] + ":iam::" + parts[4] + ":role/" + role
				out["issuer_name"], out["session_name"] = role, segs[len(segs)-1]
				out["issuer_id"] = "AROA" + digest("upper", 17, role)
			}
		}
		return out, nil
	},
}

// managedPolicies are the ids of the policies that CloudFront provides, from the
// CloudFront Developer Guide, "Use managed cache policies" and the pages beside it.
var managedPolicies = map[string]string{
	"Managed-CachingDisabled":           "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
	"Managed-CachingOptimized":          "658327ea-f89d-4fab-a63d-7e88639e58f6",
	"Managed-AllViewer":                 "216adef6-5c7f-47e4-b989-5492eafa07d3",
	"Managed-AllViewerExceptHostHeader": "b689b0a8-53d0-40ab-baf2-68738e2966ac",
	"Managed-CORS-S3Origin":             "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
	"Managed-SecurityHeadersPolicy":     "67f7725c-6f97-4210-82d7-5512b31e9d03",
	"Managed-SimpleCORS":                "60669652-455b-4ae9-85a4-c4c02393f86c",
}

// readData returns the state of any data source.
func readData(cfg *config, t *typeDef, conf map[string]any, mem *memory) (map[string]any, error) {
	p := &planner{cfg: cfg, t: t}
	out := p.block(&t.Block, "", conf, nil)
	if a := t.Block.Attributes["region"]; a != nil && a.Optional && conf["region"] == nil {
		if isUnknown(cfg.region) {
			return nil, errors.New("the provider's region is unknown until apply, so the plan cannot read the data source")
		}
		out["region"] = cfg.region
	}
	if id := managedPolicies[asString(conf["name"])]; id != "" && strings.HasPrefix(t.name, "aws_cloudfront_") {
		out["id"] = id
	}
	if read := readers[t.name]; read != nil {
		in := clone(conf).(map[string]any)
		in["region"] = out["region"]
		known, err := read(cfg, in)
		if err != nil {
			return nil, err
		}
		for k, v := range known {
			if _, ok := t.Block.Attributes[k]; ok {
				out[k] = v
			}
		}
	}
	// A look-up also sets the arguments that it was not given.
	for _, name := range append(sortedKeys(t.behaviour.Set), "id") {
		if a := t.Block.Attributes[name]; a != nil && out[name] == nil {
			out[name] = unknown
		}
	}
	return newFiller(cfg, t, out, nil, mem).all(), nil
}

func (s *server) ValidateDataSourceConfig(_ context.Context, req *tfprotov5.ValidateDataSourceConfigRequest) (*tfprotov5.ValidateDataSourceConfigResponse, error) {
	out := &tfprotov5.ValidateDataSourceConfigResponse{}
	t, err := s.cat.dataSource(req.TypeName)
	if err != nil {
		out.Diagnostics = failure(err)
		return out, nil
	}
	conf, err := decode(t, req.Config)
	if err != nil {
		out.Diagnostics = failure(err)
		return out, nil
	}
	out.Diagnostics = protos(validate(t, conf))
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
		if ds := checkRegion(t, conf); len(ds) > 0 && !s.skipRegions {
			out.Diagnostics = protos(ds)
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
		out.Diagnostics = failure(err)
	}
	return out, nil
}
