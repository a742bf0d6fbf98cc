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
	// Tests read the state while it is replaced.
	if err := os.WriteFile(r.statePath()+".new", out, 0o600); err != nil {
		return err
	}
	return os.Rename(r.statePath()+".new", r.statePath())
}

// addresses returns the addresses of what is wanted and what exists, sorted.
func addresses(want, have map[string]map[string]any) []string {
	all := maps.Clone(have)
	maps.Copy(all, want)
	return slices.Sorted(maps.Keys(all))
}
