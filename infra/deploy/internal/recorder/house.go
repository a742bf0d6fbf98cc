package recorder

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/resource"
)

// wanted returns the resources that a stack's house asks for, with attributes.
func (r recorder) wanted(stack string) (map[string]map[string]any, error) {
	root, rest, _ := strings.Cut(stack, "/")
	settings, services, err := readHouse("../house")
	if err != nil {
		return nil, err
	}
	var phase string
	if data, err := os.ReadFile("../house/dist/strong.json"); err != nil {
		return nil, err
	} else if err := json.Unmarshal(data, &phase); err != nil {
		return nil, err
	}
	context, region, _ := strings.Cut(rest, "/")
	want := map[string]map[string]any{}
	switch root {
	case "global":
		for _, region := range settings.Regions {
			want["aws_kms_key."+region] = map[string]any{}
			want["aws_acm_certificate."+region] = map[string]any{"key": settings.Domain}
		}
		for _, region := range settings.members(services) {
			want["aws_kms_key."+region] = map[string]any{}
		}
	case "data":
		for name, t := range services[context].Tables {
			table := map[string]any{
				"key": t.HashKey.Name, "replicas": slices.Sorted(slices.Values(settings.Regions)), "deletion_protection_enabled": settings.Protect,
			}
			if t.Consistency != manifest.Strong {
				want["aws_dynamodb_table."+name] = table
				continue
			}
			if len(settings.Regions) < 2 || phase != "" {
				ordinary := maps.Clone(table)
				ordinary["replicas"], ordinary["deletion_protection_enabled"] = []string{}, settings.Protect && phase != "switched"
				want["aws_dynamodb_table."+name+resource.OrdinarySuffix] = ordinary
			}
			if len(settings.Regions) > 1 {
				table["replicas"], table["replica"] = settings.members(services), []any{map[string]any{"consistency_mode": "STRONG"}}
				want["aws_dynamodb_table."+name] = table
			}
		}
	case "functions":
		for name := range services[context].Functions {
			zip, err := os.ReadFile("../house/dist/functions/linux-arm64/" + context + "/" + name + ".zip")
			if err != nil {
				return nil, err
			}
			f := map[string]any{"code": string(zip), "region": region}
			if len(settings.members(services)) == 0 || phase == "filling" || phase == "copying" {
				f["ordinary"] = true
			}
			if phase == "copying" || phase == "switching" {
				f["held"] = true
			}
			want["aws_lambda_function."+name] = f
		}
	case "api":
		document, err := os.ReadFile("../house/dist/deployable.json")
		if err != nil {
			return nil, err
		}
		var drained []string
		if data, err := os.ReadFile("../house/dist/drained.json"); err != nil {
			return nil, err
		} else if err := json.Unmarshal(data, &drained); err != nil {
			return nil, err
		}
		var functions []string
		for _, name := range slices.Sorted(maps.Keys(services)) {
			for _, f := range slices.Sorted(maps.Keys(services[name].Functions)) {
				functions = append(functions, name+"/"+f)
			}
		}
		want["aws_api_gateway_rest_api.api"] = map[string]any{
			"functions": functions, "domain": settings.Domain, "drained": slices.Contains(drained, rest),
		}
		want[importAddress] = map[string]any{"document": string(document)}
		want[deploymentAddress] = map[string]any{"document": string(document)}
	case "portal":
		want["aws_cloudfront_distribution.portal"] = map[string]any{}
	}
	return normal(want), nil
}

type recordedSettings struct {
	Regions                     []string
	Protect                     bool
	Account, Home, Zone, Domain string
	Strong                      json.RawMessage
}

// members returns the Regions with a replica of strongly consistent tables, if a context
// has such a table.
func (s recordedSettings) members(services map[string]*manifest.Service) []string {
	var strong struct{ Replicas []string }
	if len(s.Regions) < 2 || s.Strong == nil || json.Unmarshal(s.Strong, &strong) != nil {
		return nil
	}
	for _, service := range services {
		for _, t := range service.Tables {
			if t.Consistency == manifest.Strong {
				return strong.Replicas
			}
		}
	}
	return nil
}

// fixed returns the settings that Terraform's output fixed has.
func (s recordedSettings) fixed() map[string]string {
	fixed := map[string]string{"account": s.Account, "home": s.Home, "zone": s.Zone, "domain": s.Domain}
	if s.Strong != nil {
		var members any
		if json.Unmarshal(s.Strong, &members) == nil {
			text, _ := json.Marshal(members) // as it was decoded
			fixed["strong"] = string(text)
		}
	}
	return fixed
}

func readHouse(dir string) (recordedSettings, map[string]*manifest.Service, error) {
	var settings recordedSettings
	data, err := os.ReadFile(filepath.Join(dir, "infra", "environments", "template.json"))
	if err == nil {
		err = json.Unmarshal(data, &settings)
	}
	services := map[string]*manifest.Service{}
	files, _ := filepath.Glob(filepath.Join(dir, "*", manifest.File))
	for _, file := range files {
		s, readErr := manifest.Read(filepath.Dir(file))
		if readErr != nil {
			return settings, nil, readErr
		}
		services[filepath.Base(filepath.Dir(file))] = s
	}
	return settings, services, err
}

// normal returns the values with the types that JSON decodes.
func normal(want map[string]map[string]any) map[string]map[string]any {
	data, err := json.Marshal(want)
	if err != nil {
		panic(err)
	}
	var same map[string]map[string]any
	json.Unmarshal(data, &same)
	return same
}
