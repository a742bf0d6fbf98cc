package generate

import (
	"slices"
	"strings"

	"github.com/meridian-api/meridian/platform/resource"
)

// checkResources checks the context's tables and secrets, and that its operations
// use no others. A table belongs to one context.
func (g *generation) checkResources() {
	for i, t := range g.svc.Tables {
		if t.Name == "" {
			g.refuseService("a table has no name")
			continue
		}
		if slices.ContainsFunc(g.svc.Tables[:i], func(o resource.Table) bool { return o.Name == t.Name }) {
			g.refuseService("the table %s is in Tables twice", t.Name)
		}
		g.checkTable(t)
	}
	for i, s := range g.svc.Secrets {
		switch {
		case s.Name == "":
			g.refuseService("a secret has no name")
		case slices.ContainsFunc(g.svc.Secrets[:i], func(o resource.Secret) bool { return o.Name == s.Name }):
			g.refuseService("the secret %s is in Secrets twice", s.Name)
		case s.Description == "":
			g.refuseService("the secret %s has no description", s.Name)
		case s.RotationDays < 0:
			g.refuseService("the secret %s rotates every %d days: write 0 for never", s.Name, s.RotationDays)
		}
	}
	for _, o := range g.operations {
		for _, grant := range o.Uses {
			g.checkGrant(o, grant)
		}
	}
}

func (g *generation) checkTable(t resource.Table) {
	types := map[string]resource.KeyType{}
	check := func(of, part string, k resource.Key) {
		switch {
		case k.Name == "" && k.Type == "" && part == "range key":
			return // a range key is optional
		case k.Name == "":
			g.refuseService("%s: the %s has no name", of, part)
			return
		case k.Type != resource.String && k.Type != resource.Number && k.Type != resource.Binary:
			g.refuseService("%s: the %s %s has the type %q: use S, N or B", of, part, k.Name, k.Type)
		case types[k.Name] != "" && types[k.Name] != k.Type:
			g.refuseService("%s: the attribute %s has two types, %s and %s", of, k.Name, types[k.Name], k.Type)
		}
		types[k.Name] = k.Type
		if k.Name == t.TTL {
			g.refuseService("%s: the %s %s is also the TTL", of, part, k.Name)
		}
	}
	switch {
	case t.Consistency != resource.Eventual && t.Consistency != resource.Strong:
		g.refuseService("table %s: the consistency %q is neither resource.Eventual nor resource.Strong", t.Name, t.Consistency)
	case t.Consistency == resource.Strong && t.TTL != "":
		g.refuseService("table %s: a strongly consistent table has no TTL: DynamoDB refuses it", t.Name)
	}
	check("table "+t.Name, "hash key", t.HashKey)
	check("table "+t.Name, "range key", t.RangeKey)
	for i, index := range t.Indexes {
		of := "table " + t.Name + ", index " + index.Name
		if index.Name == "" {
			g.refuseService("table %s: an index has no name", t.Name)
		}
		if slices.ContainsFunc(t.Indexes[:i], func(o resource.Index) bool { return o.Name == index.Name }) {
			g.refuseService("%s: is in Indexes twice", of)
		}
		check(of, "hash key", index.HashKey)
		check(of, "range key", index.RangeKey)
		if slices.Contains(index.Include, "") {
			g.refuseService("%s: an included attribute has no name", of)
		}
	}
}

func (g *generation) checkGrant(o *operation, grant resource.Grant) {
	service := "dynamodb:"
	if grant.Secret != "" {
		service = "secretsmanager:"
	}
	if len(grant.Actions) == 0 {
		g.refuse(o, "a grant in Uses has no action")
	}
	for _, action := range grant.Actions {
		if !strings.HasPrefix(action, service) || strings.ContainsAny(action, "*?") {
			g.refuse(o, "a grant in Uses has the action %q: write an action of %s without wildcards", action, service)
		}
	}
	switch {
	case (grant.Table == "") == (grant.Secret == ""):
		g.refuse(o, "a grant in Uses is for one table or one secret, not for the table %q and the secret %q", grant.Table, grant.Secret)
	case grant.Secret != "":
		if !slices.ContainsFunc(g.svc.Secrets, func(s resource.Secret) bool { return s.Name == grant.Secret }) {
			g.refuse(o, "uses the secret %s, which is not in the Secrets of Service()", grant.Secret)
		}
	default:
		i := slices.IndexFunc(g.svc.Tables, func(t resource.Table) bool { return t.Name == grant.Table })
		if i < 0 {
			g.refuse(o, "uses the table %s, which is not in the Tables of Service()", grant.Table)
			return
		}
		g.checkGrantLimits(o, grant, g.svc.Tables[i])
		isGranted := func(x resource.Index) bool { return x.Name == grant.Index }
		if grant.Index != "" && !slices.ContainsFunc(g.svc.Tables[i].Indexes, isGranted) {
			g.refuse(o, "uses the index %s, which table %s does not have", grant.Index, grant.Table)
		}
	}
}

// limitable are the actions that resource.Only and resource.InTransaction can limit.
var limitable = map[bool][]string{
	false: {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"},
	true:  {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"},
}

// checkGrantLimits checks the limits of a grant on a table.
func (g *generation) checkGrantLimits(o *operation, grant resource.Grant, t resource.Table) {
	hash, keys := t.HashKey, []string{t.HashKey.Name, t.RangeKey.Name}
	for _, i := range t.Indexes {
		if i.Name == grant.Index {
			hash, keys = i.HashKey, append(keys, i.HashKey.Name, i.RangeKey.Name)
		}
	}
	if grant.Keys != nil && hash.Type != resource.String {
		g.refuse(o, "a grant in Uses has Keys of the table %s, whose hash key %s is not a string", t.Name, hash.Name)
	}
	for _, key := range grant.Keys {
		if prefix := strings.TrimSuffix(key, "*"); prefix == "" || strings.ContainsAny(prefix, "*?$") {
			g.refuse(o, "a grant in Uses has the key %q: write a key or a prefix and *, without other wildcards and without $, "+
				"which IAM replaces", key)
		}
	}
	for _, action := range grant.Actions {
		if grant.Attributes != nil && !slices.Contains(limitable[false], action) {
			g.refuse(o, "a grant in Uses limits the attributes of %s: only reads can be limited", action)
		}
		if grant.Transaction && !slices.Contains(limitable[true], action) {
			g.refuse(o, "a grant in Uses limits %s to transactions: only writes can be limited", action)
		}
	}
	if grant.Replicas && (t.Consistency != resource.Strong || slices.ContainsFunc(grant.Actions, func(a string) bool { return !slices.Contains(limitable[false], a) })) {
		g.refuse(o, "a grant in Uses is InEveryReplica for the table %s: only reads of a strongly consistent table can be", t.Name)
	}
	if grant.Transaction && t.Consistency == resource.Strong {
		g.refuse(o, "a grant in Uses limits the strongly consistent table %s to transactions, which it does not have", t.Name)
	}
	for _, name := range keys {
		if grant.Attributes != nil && name != "" && !slices.Contains(grant.Attributes, name) {
			g.refuse(o, "a grant in Uses has Only without the key attribute %s of the table %s, which IAM requires", name, t.Name)
		}
	}
}
