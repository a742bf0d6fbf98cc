package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/meridian-api/meridian/infra/rehearsal/account"
)

// outside is what exists outside Terraform's states: the account of a rehearsal, or
// else what this process has made.
type outside struct {
	dir    string // of all accounts; empty without a rehearsal
	delays map[string]time.Duration
	mem    *memory
}

// openOutside reads the variables of package account.
func openOutside(mem *memory) (outside, error) {
	delays, err := account.ParseDelays(os.Getenv(account.DelayVariable))
	return outside{dir: os.Getenv(account.Variable), delays: delays, mem: mem}, err
}

func (o outside) account(cfg *config) account.Account {
	return account.At(filepath.Join(o.dir, cfg.account))
}

// create adds a resource. It returns AWS's error if the resource exists.
func (o outside) create(f *filler, state map[string]any) error {
	key := identity(f.t, state)
	if key == "" {
		return nil
	}
	if o.dir == "" {
		if !o.mem.take(f.t.name + " " + key) {
			return fmt.Errorf("creating %s: it exists already: two resources of this run are the same (%s)", f.t.name, key)
		}
		return nil
	}
	attributes, err := json.Marshal(state)
	if err != nil {
		return err
	}
	err = o.account(f.cfg).Create(account.Resource{Type: f.t.name, Key: key, Attributes: attributes})
	if errors.Is(err, account.ErrExists) {
		refusal := f.expand(f.t.behaviour.Exists, nil)
		if refusal == "" {
			refusal = "it already exists"
		}
		return fmt.Errorf("creating %s (%s): %s", f.t.name, key, refusal)
	}
	return err
}

// update replaces a resource. Its key changes if AWS can rename it.
func (o outside) update(cfg *config, t *typeDef, prior, state map[string]any) error {
	if o.dir == "" {
		return nil
	}
	before, key := identity(t, prior), identity(t, state)
	if before != "" && before != key {
		if err := o.account(cfg).Remove(t.name, before); err != nil {
			return err
		}
	}
	if key == "" {
		return nil
	}
	attributes, err := json.Marshal(state)
	if err != nil {
		return err
	}
	return o.account(cfg).Write(account.Resource{Type: t.name, Key: key, Attributes: attributes})
}

func (o outside) remove(cfg *config, t *typeDef, prior map[string]any) error {
	key := identity(t, prior)
	if key == "" {
		return nil
	}
	if o.dir == "" {
		o.mem.drop(t.name + " " + key)
		return nil
	}
	return o.account(cfg).Remove(t.name, key)
}

// read returns a resource as it is outside the state, nil if it is gone. A resource
// that AWS makes more than once is always as in the state.
func (o outside) read(cfg *config, t *typeDef, state map[string]any) (map[string]any, error) {
	key := identity(t, state)
	if o.dir == "" || key == "" {
		return state, nil
	}
	r, exists, err := o.account(cfg).Read(t.name, key)
	if err != nil || !exists {
		return nil, err
	}
	return attributesOf(r)
}

// find returns the resource that an import id names, from the attributes that the id
// has. It reports false for a type that AWS makes more than once, and without a
// rehearsal, when nothing can be looked up.
func (o outside) find(cfg *config, t *typeDef, from map[string]any, id string) (map[string]any, bool, error) {
	if o.dir == "" || t.behaviour.Unique == nil {
		return nil, false, nil
	}
	all, err := o.account(cfg).List(t.name)
	if err != nil {
		return nil, false, err
	}
	for _, r := range all {
		attributes, err := attributesOf(r)
		if err != nil {
			return nil, false, err
		}
		if hasAll(attributes, from) {
			return attributes, true, nil
		}
	}
	return nil, false, fmt.Errorf("cannot import %s %q: it does not exist", t.name, id)
}

// hasAll reports whether a resource has all attributes of an import id.
func hasAll(attributes, from map[string]any) bool {
	for name, want := range from {
		if text(attributes[name]) != text(want) {
			return false
		}
	}
	return true
}

func attributesOf(r account.Resource) (map[string]any, error) {
	var attributes map[string]any
	if err := json.Unmarshal(r.Attributes, &attributes); err != nil {
		return nil, fmt.Errorf("%s %s: %w", r.Type, r.Key, err)
	}
	return attributes, nil
}

// identity returns the key under which AWS lets a resource of a type exist only once,
// and "" for a type without one: the Region if it has one, and the attributes that
// behaviour.json calls unique. A copy of a module for a second Region that forgets the
// Region creates a second resource with the identity of the first.
func identity(t *typeDef, v map[string]any) string {
	if t.behaviour.Unique == nil || v == nil || v["allow_overwrite"] == true || v["overwrite"] == true {
		return ""
	}
	var parts []string
	if t.Block.Attributes["region"] != nil && t.name != "aws_s3_bucket" {
		parts = append(parts, text(v["region"]))
	}
	for _, n := range t.behaviour.Unique {
		s := text(v[n])
		if t.name == "aws_route53_record" && n == "name" {
			s = strings.TrimSuffix(strings.ToLower(s), ".")
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " ")
}
