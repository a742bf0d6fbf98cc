// Package recorder takes Terraform's place in tests of roll-outs: it keeps states
// as Terraform does, plans what a stack's house asks for, writes down each run, and
// refuses what AWS would refuse. It is a program of its own, because a test's
// binary with the race detector takes a hundred times as long to start.
package recorder

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/meridian-api/meridian/contract/manifest"
)

// Variable names the folder of the journal and of the faults that a test asks for.
const Variable = "DEPLOY_TEST_RECORDER"

// planHasChanges is Terraform's exit code for a plan with changes.
const planHasChanges = 2

// Main runs a command of Terraform with its arguments and returns the exit code.
func Main(args []string) int { return recorder{os.Getenv(Variable)}.main(args) }

// recorder is one run of the recorder. dir has its journal, and the faults that a
// test asks for.
type recorder struct{ dir string }

// recordedState has the form of Terraform's state, version 4.
type recordedState struct {
	Version   int                       `json:"version"`
	Resources []recordedResource        `json:"resources"`
	Outputs   map[string]recordedOutput `json:"outputs,omitempty"`
}

type recordedOutput struct {
	Value any `json:"value"`
}

type recordedResource struct {
	Mode      string             `json:"mode"`
	Type      string             `json:"type"`
	Name      string             `json:"name"`
	Instances []recordedInstance `json:"instances"`
}

type recordedInstance struct {
	IndexKey   string         `json:"index_key"`
	Attributes map[string]any `json:"attributes"`
}

func (r recorder) main(args []string) int {
	stack := r.stack()
	r.countInterrupts(stack)
	r.journal(args[0], stack)
	if err := r.fault(args[0], stack); err != nil {
		fmt.Println("Error:", err)
		return 1
	}
	code, err := r.command(args, stack)
	if err != nil {
		fmt.Println("Error:", err)
		return 1
	}
	return code
}

func (r recorder) command(args []string, stack string) (int, error) {
	switch args[0] {
	case "init":
		return 0, r.init(args)
	case "plan":
		return r.plan(args, stack)
	case "show":
		data, err := os.ReadFile(args[len(args)-1])
		var p recordedPlan
		if err == nil {
			err = json.Unmarshal(data, &p)
		}
		json.NewEncoder(os.Stdout).Encode(map[string]any{"resource_changes": p.Changes})
		return 0, err
	case "apply":
		return 0, r.apply(args, stack)
	case "version":
		fmt.Println(`{"terraform_version": "1.14.0"}`)
		return 0, nil
	case "output":
		fmt.Println("{}")
		return 0, nil
	}
	return 1, fmt.Errorf("the recorder does not know %q", args)
}

// stack returns the key of the stack, from the folder of its data.
func (r recorder) stack() string {
	_, after, _ := strings.Cut(filepath.ToSlash(os.Getenv("TF_DATA_DIR")), "/.data/")
	return after
}

func (r recorder) journal(command, stack string) {
	f, err := os.OpenFile(filepath.Join(r.dir, "journal"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	defer f.Close()
	fmt.Fprintf(f, "%s %s\n", command, stack)
}

// fault carries out the faults of the file faults: lines of command, stack, and
// "fail", "once" or a duration to take.
func (r recorder) fault(command, stack string) error {
	name := filepath.Join(r.dir, "faults")
	data, _ := os.ReadFile(name)
	for line := range strings.Lines(string(data)) {
		parts := strings.Fields(line)
		if len(parts) != 3 || parts[0] != command || parts[1] != stack {
			continue
		}
		switch parts[2] {
		case "fail":
			return fmt.Errorf("%s of %s fails, as the test asks", command, stack)
		case "once":
			os.WriteFile(name, []byte(strings.Replace(string(data), line, "", 1)), 0o600)
			return fmt.Errorf("%s of %s fails once, as the test asks", command, stack)
		default:
			d, err := time.ParseDuration(parts[2])
			if err != nil {
				return err
			}
			time.Sleep(d)
		}
	}
	return nil
}

func (r recorder) init(args []string) error {
	for _, arg := range args {
		if path, ok := strings.CutPrefix(arg, "-backend-config=path="); ok {
			data := os.Getenv("TF_DATA_DIR")
			provider := filepath.Join(data, "providers", "registry.terraform.io", "hashicorp", "aws", "6.25.0", "linux_amd64")
			if err := os.MkdirAll(provider, 0o755); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(data, "backend"), []byte(path), 0o600)
		}
	}
	return fmt.Errorf("init without a backend: %q", args)
}

type recordedPlan struct {
	Want    map[string]map[string]any `json:"want"`
	Changes []map[string]any          `json:"changes"`
}

func (r recorder) plan(args []string, stack string) (int, error) {
	want := map[string]map[string]any{}
	if !slices.Contains(args, "-destroy") {
		var err error
		if want, err = r.wanted(stack); err != nil {
			return 1, err
		}
	}
	have, err := r.read()
	if err != nil {
		return 1, err
	}
	p := recordedPlan{Want: want}
	for _, address := range addresses(want, have) {
		w, wants := want[address]
		h, has := have[address]
		var actions []string
		switch {
		case !has:
			actions = []string{"create"}
		case !wants:
			actions = []string{"delete"}
		case fmt.Sprint(w["key"]) != fmt.Sprint(h["key"]), r.replaces(args, address, w, h):
			actions = []string{"delete", "create"}
		case fmt.Sprint(w) != fmt.Sprint(h):
			actions = []string{"update"}
		default:
			continue
		}
		kind, _, _ := strings.Cut(address, ".")
		p.Changes = append(p.Changes, map[string]any{
			"address": address, "mode": "managed", "type": kind, "change": map[string]any{"actions": actions},
		})
	}
	data, err := json.Marshal(p)
	if err != nil {
		return 1, err
	}
	for _, arg := range args {
		if out, ok := strings.CutPrefix(arg, "-out="); ok {
			if err := os.WriteFile(out, data, 0o600); err != nil {
				return 1, err
			}
		}
	}
	if len(p.Changes) > 0 {
		return planHasChanges, nil
	}
	return 0, nil
}

// wanted returns the resources that a stack's house asks for, with attributes.
func (r recorder) wanted(stack string) (map[string]map[string]any, error) {
	root, rest, _ := strings.Cut(stack, "/")
	settings, services, err := readHouse("../house")
	if err != nil {
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
			if t.Consistency == manifest.Strong && len(settings.Regions) > 1 {
				table["replicas"], table["replica"] = settings.members(services), []any{map[string]any{"consistency_mode": "STRONG"}}
			}
			want["aws_dynamodb_table."+name] = table
		}
	case "functions":
		for name := range services[context].Functions {
			zip, err := os.ReadFile("../house/dist/functions/linux-arm64/" + context + "/" + name + ".zip")
			if err != nil {
				return nil, err
			}
			want["aws_lambda_function."+name] = map[string]any{"code": string(zip), "region": region}
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

func (r recorder) apply(args []string, stack string) error {
	data, err := os.ReadFile(args[len(args)-1])
	if err != nil {
		return err
	}
	var p recordedPlan
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	if err := r.refuse(stack, p); err != nil {
		return err
	}
	root, region, _ := strings.Cut(stack, "/")
	state := recordedState{Version: 4}
	if root == "api" {
		if err := r.serve(region, p); err != nil {
			return err
		}
		state.Outputs = map[string]recordedOutput{"default_endpoint": {"https://a.execute-api." + region + ".amazonaws.com/v1"}}
	}
	if root == "global" && len(p.Want) > 0 {
		settings, _, err := readHouse("../house")
		if err != nil {
			return err
		}
		state.Outputs = map[string]recordedOutput{"fixed": {settings.fixed()}}
	}
	for _, address := range slices.Sorted(maps.Keys(p.Want)) {
		kind, name, _ := strings.Cut(address, ".")
		state.Resources = append(state.Resources, recordedResource{Mode: "managed", Type: kind, Name: "this",
			Instances: []recordedInstance{{IndexKey: name, Attributes: p.Want[address]}}})
	}
	out, err := json.Marshal(state)
	if err != nil {
		return err
	}
	return os.WriteFile(r.statePath(), out, 0o600)
}

func (r recorder) statePath() string {
	path, err := os.ReadFile(filepath.Join(os.Getenv("TF_DATA_DIR"), "backend"))
	if err != nil {
		panic(err)
	}
	return string(path)
}

func (r recorder) read() (map[string]map[string]any, error) { return ReadState(r.statePath()) }

// ReadState returns the attributes of the resources in the state at path, by
// address; a missing file has no resources.
func ReadState(path string) (map[string]map[string]any, error) {
	have := map[string]map[string]any{}
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return have, nil
	}
	var s recordedState
	if err == nil {
		err = json.Unmarshal(data, &s)
	}
	for _, resource := range s.Resources {
		for _, i := range resource.Instances {
			if i.Attributes == nil {
				i.Attributes = map[string]any{}
			}
			have[resource.Type+"."+i.IndexKey] = i.Attributes
		}
	}
	return have, err
}

// addresses returns the addresses of what is wanted and what exists, sorted.
func addresses(want, have map[string]map[string]any) []string {
	all := maps.Clone(have)
	maps.Copy(all, want)
	return slices.Sorted(maps.Keys(all))
}
