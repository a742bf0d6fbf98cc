package compat

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/manifest"
)

// compareTables compares the tables, with their indexes.
func (r *resources) compareTables() {
	names := match(r.before.Tables, r.after.Tables, deepEqual)
	for _, name := range names.removed {
		r.add(tableRemoved, []string{"tables", name}, "table `%s`: removed with its items", name)
	}
	for from, to := range names.renamed {
		r.add(tableRenamed, []string{"tables", to},
			"table `%s`: renamed to `%s`: DynamoDB cannot rename a table, so `%s` is destroyed and `%s` is empty",
			from, to, from, to)
	}
	for _, name := range names.added {
		r.add(tableAdded, []string{"tables", name}, "table `%s`: added", name)
	}
	for _, name := range names.both {
		r.compareTable(name, r.before.Tables[name], r.after.Tables[name])
	}
}

func (r *resources) compareTable(name string, before, after manifest.Table) {
	path := []string{"tables", name}
	keys := list(describeKeyChange("hash key", &before.HashKey, &after.HashKey),
		describeKeyChange("range key", before.RangeKey, after.RangeKey))
	if keys != "" {
		r.add(tableKey, path, "table `%s`: %s: DynamoDB cannot change a key, so the table is destroyed and created empty",
			name, keys)
	}
	if before.Consistency != after.Consistency {
		r.add(tableKey, path, "table `%s`: the consistency changes from %s to %s: DynamoDB cannot change it, so the table is destroyed and created empty",
			name, describeConsistency(before), describeConsistency(after))
	}
	switch {
	case before.TTL == after.TTL:
	case before.TTL == "":
		r.add(ttlAdded, append(path, "ttl"), "table `%s`: items expire by their attribute `%s`", name, after.TTL)
	case after.TTL == "":
		r.add(ttlRemoved, path, "table `%s`: items no longer expire by their attribute `%s`", name, before.TTL)
	default:
		r.add(ttlChanged, append(path, "ttl"), "table `%s`: items expire by their attribute `%s` and no longer by `%s`",
			name, after.TTL, before.TTL)
	}
	r.compareIndexes(name, before.Indexes, after.Indexes)
}

func describeConsistency(t manifest.Table) string { return cmp.Or(t.Consistency, "eventual") }

func (r *resources) compareIndexes(table string, before, after map[string]manifest.Index) {
	path := []string{"tables", table, "indexes"}
	names := match(before, after, deepEqual)
	for _, name := range names.removed {
		k := unusedIndexRemoved
		if r.queried(table, name) {
			k = indexRemoved
		}
		r.add(k, path, "index `%s` of table `%s`: removed%s", name, table, r.users(table, name))
	}
	for from, to := range names.renamed {
		k := unusedIndexRemoved
		if r.queried(table, from) {
			k = indexRenamed
		}
		r.add(k, join(path, to), "index `%s` of table `%s`: renamed to `%s`, which is built anew%s", from, table, to,
			r.users(table, from))
	}
	for _, name := range names.added {
		r.add(indexAdded, join(path, name), "index `%s` of table `%s`: added", name, table)
	}
	for _, name := range names.both {
		change := describeIndexChange(before[name], after[name])
		if change == "" {
			continue
		}
		k := unusedIndexChanged
		if r.queried(table, name) {
			k = indexChanged
		}
		r.add(k, join(path, name), "index `%s` of table `%s`: %s: it is removed and built anew%s", name, table, change,
			r.users(table, name))
	}
}

// describeIndexChange returns how an index changed, or "" if it did not.
func describeIndexChange(before, after manifest.Index) string {
	projection := ""
	if before.Projection != after.Projection || !slices.Equal(before.Include, after.Include) {
		projection = fmt.Sprintf("the projection changes from %s to %s", describeProjection(before),
			describeProjection(after))
	}
	return list(describeKeyChange("hash key", &before.HashKey, &after.HashKey),
		describeKeyChange("range key", before.RangeKey, after.RangeKey), projection)
}

func describeProjection(i manifest.Index) string {
	if len(i.Include) == 0 {
		return i.Projection
	}
	return i.Projection + " " + strings.Join(i.Include, ", ")
}

// queried reports whether a function of the release may query an index.
func (r *resources) queried(table, index string) bool { return len(r.queriers(table, index)) > 0 }

// queriers returns the functions of the release that may query an index, sorted.
func (r *resources) queriers(table, index string) []string {
	var functions []string
	for _, name := range sortedKeys(r.before.Functions) {
		if slices.ContainsFunc(r.before.Functions[name].Grants,
			func(g manifest.Grant) bool { return g.Table == table && g.Index == index }) {
			functions = append(functions, name)
		}
	}
	return functions
}

// users returns text that names the functions of the release that query an index.
func (r *resources) users(table, index string) string {
	if !r.queried(table, index) {
		return ""
	}
	return ", and the release queries it in " + quoted(r.queriers(table, index))
}
