package generate

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/resource"
)

// manifest returns what the context needs from the cloud. Maps and slices are never
// nil, because Terraform accepts {} and [] but not null.
func (g *generation) manifest() *manifest.Service {
	m := &manifest.Service{
		Format: manifest.Format, Name: g.svc.Name, Title: g.svc.Title, Owner: g.svc.Owner, Version: g.svc.Version,
		Functions: map[string]manifest.Function{},
		Tables:    map[string]manifest.Table{},
		Secrets:   map[string]manifest.Secret{},
		Scopes:    map[string]string{},
	}
	maps.Copy(m.Scopes, g.svc.Scopes)
	for _, o := range g.operations {
		name := kebab(o.ID)
		m.Functions[name] = manifest.Function{
			OperationID: o.ID, Method: o.Method, Path: o.Path, Source: "lambda/" + name,
			MemoryMB: o.Memory, TimeoutSeconds: int(o.Timeout / time.Second), Health: o.Health,
			Environment: environment(o.Memory), Grants: grants(o.Uses),
		}
	}
	for _, t := range g.svc.Tables {
		table := manifest.Table{
			HashKey: *key(t.HashKey), RangeKey: key(t.RangeKey), TTL: t.TTL, Consistency: string(t.Consistency),
			Indexes: map[string]manifest.Index{},
		}
		for _, i := range t.Indexes {
			table.Indexes[i.Name] = index(i)
		}
		m.Tables[t.Name] = table
	}
	for _, s := range g.svc.Secrets {
		m.Secrets[s.Name] = manifest.Secret{Description: s.Description, RotationDays: s.RotationDays}
	}
	return m
}

// mbPerCPU is the memory in MiB of a function with one virtual CPU.
// Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
const mbPerCPU = 1769

// environment limits the threads of the Go scheduler to the function's processors.
// Go otherwise finds two and spins on a processor that is not available, which costs
// 0.2 to 0.3 ms of CPU in a cold start.
func environment(memoryMB int) map[string]string {
	return map[string]string{"GOMAXPROCS": strconv.Itoa((memoryMB + mbPerCPU - 1) / mbPerCPU)}
}

// key returns nil for the zero Key.
func key(k resource.Key) *manifest.Key {
	if k == (resource.Key{}) {
		return nil
	}
	return &manifest.Key{Name: k.Name, Type: string(k.Type)}
}

func index(i resource.Index) manifest.Index {
	index := manifest.Index{HashKey: *key(i.HashKey), RangeKey: key(i.RangeKey), Projection: "ALL"}
	switch {
	case len(i.Include) > 0:
		index.Projection, index.Include = "INCLUDE", slices.Sorted(slices.Values(i.Include))
	case i.Include != nil:
		index.Projection = "KEYS_ONLY"
	}
	return index
}

// grants merges grants with the same limits on the same table, index or secret.
func grants(uses []resource.Grant) []manifest.Grant {
	merged := []manifest.Grant{}
	for _, u := range uses {
		next := manifest.Grant{
			Table: u.Table, Index: u.Index, Secret: u.Secret,
			Keys: sorted(u.Keys), Attributes: sorted(u.Attributes), Transaction: u.Transaction, Replicas: u.Replicas,
		}
		at := slices.IndexFunc(merged, func(g manifest.Grant) bool { return compareGrants(g, next) == 0 })
		if at < 0 {
			at = len(merged)
			merged = append(merged, next)
		}
		merged[at].Actions = append(merged[at].Actions, u.Actions...)
	}
	for i := range merged {
		merged[i].Actions = sorted(merged[i].Actions)
	}
	slices.SortFunc(merged, compareGrants)
	return merged
}

// compareGrants orders grants by everything but their actions.
func compareGrants(a, b manifest.Grant) int {
	return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Index, b.Index), cmp.Compare(a.Secret, b.Secret),
		slices.Compare(a.Keys, b.Keys), slices.Compare(a.Attributes, b.Attributes),
		compareBools(a.Transaction, b.Transaction), compareBools(a.Replicas, b.Replicas))
}

// compareBools orders false before true.
func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// sorted returns the list in order and without duplicates.
func sorted(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }
