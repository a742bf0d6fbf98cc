// Package access allows a function's calls of DynamoDB that its operation declares and
// refuses all others, as the function's IAM policy does on AWS. So a missing declaration
// is found at the desk.
package access

import (
	"cmp"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/resource"
)

// Function is a function with its rights.
type Function struct {
	// Name is the physical name, such as "local-profiles-get-profile".
	Name string
	// OperationID is the operation that declares the grants.
	OperationID string
	Grants      []manifest.Grant
}

// Policy allows and refuses calls in one Region.
type Policy struct {
	Region, AccountID, Environment string
	// StrongRegion is the Region in which functions call strongly consistent tables, or empty
	// if it is Region.
	StrongRegion string
	// StrongReplicas are the Regions with a replica of strongly consistent tables.
	StrongReplicas []string
	// Tables are the declarations of the tables by physical name.
	Tables map[string]manifest.Table
	// Log receives each refused call with the declaration that is missing.
	Log *slog.Logger
}

// Denied returns the message of the AccessDeniedException with which DynamoDB refuses a
// function's request, or "" if the function's operation declares every part of it. The
// request is signed for a Region, by default the policy's. A request that cannot be read is
// not refused here, because DynamoDB does that.
func (p Policy) Denied(f Function, signed, operation string, body []byte) string {
	signed = cmp.Or(signed, p.Region)
	list, err := calls(operation, body, p.hashKey)
	if err != nil {
		return ""
	}
	for _, c := range list {
		elsewhere := signed != p.regionOf(c.table)
		if elsewhere && !slices.Contains(p.StrongReplicas, signed) {
			p.Log.Error("a function called DynamoDB in a Region of which its policy does not have the table", "region", p.Region,
				"function", f.Name, "called", signed, "table", c.table, "policy", p.regionOf(c.table), "use", "dynamodb.OpenTable")
			return p.message(c, f, signed)
		}
		c.elsewhere = elsewhere
		if slices.ContainsFunc(f.Grants, func(g manifest.Grant) bool { return p.concerns(g, c) && len(missing(c, g)) == 0 }) {
			continue
		}
		p.Log.Error("a function made a call of DynamoDB that its operation does not declare", "region", p.Region,
			"function", f.Name, "action", c.action, "table", c.table, "operation", f.OperationID, "declare", p.advice(c, f))
		return p.message(c, f, signed)
	}
	return ""
}

// regionOf returns the Region of a table in the policy's grants.
func (p Policy) regionOf(table string) string {
	if p.Tables[table].Consistency == manifest.Strong {
		return cmp.Or(p.StrongRegion, p.Region)
	}
	return p.Region
}

// hashKey returns the name of the hash key of a table or of its index, or "" if it is unknown.
func (p Policy) hashKey(table, index string) string {
	t := p.Tables[table]
	if index != "" {
		return t.Indexes[index].HashKey.Name
	}
	return t.HashKey.Name
}

// message returns AWS's text for a call that no policy allows.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
func (p Policy) message(c call, f Function, signed string) string {
	arn := fmt.Sprintf("arn:aws:dynamodb:%s:%s:table/%s", signed, p.AccountID, c.table)
	if c.index != "" {
		arn += "/index/" + c.index
	}
	return fmt.Sprintf("User: arn:aws:sts::%s:assumed-role/%s-%s/%s is not authorized to perform: %s on resource: %s "+
		"because no identity-based policy allows the %s action",
		p.AccountID, f.Name, p.Region, f.Name, c.action, arn, c.action)
}

// concerns reports whether a grant is for the action and the table of a call.
func (p Policy) concerns(g manifest.Grant, c call) bool {
	return g.Table != "" && c.table == resource.TableName(p.Environment, g.Table) && c.index == g.Index &&
		slices.Contains(g.Actions, c.action)
}

// missing returns the limits of a grant that a call exceeds, as they would have to be.
func missing(c call, g manifest.Grant) []string {
	var lacks []string
	for _, key := range c.keys {
		if len(g.Keys) > 0 && !slices.ContainsFunc(g.Keys, func(pattern string) bool { return matches(pattern, key) }) {
			lacks = append(lacks, fmt.Sprintf("%q in Keys", key))
		}
	}
	if len(g.Keys) > 0 && len(c.keys) == 0 {
		lacks = append(lacks, "no Keys, or a hash key in the call")
	}
	if len(g.Attributes) > 0 && !c.projected {
		lacks = append(lacks, "no Only, or a projection in the call")
	}
	for _, name := range c.attributes {
		if len(g.Attributes) > 0 && !slices.Contains(g.Attributes, name) {
			lacks = append(lacks, fmt.Sprintf("%q in Only", name))
		}
	}
	if c.elsewhere && !g.Replicas {
		lacks = append(lacks, "InEveryReplica, or the call by dynamodb.OpenTable")
	}
	if g.Transaction && !c.transaction {
		lacks = append(lacks, "no InTransaction, or the call in a transaction")
	}
	return lacks
}

// matches reports whether a key of a grant, which may be a prefix and "*", includes a key.
func matches(pattern, key string) bool {
	prefix, ok := strings.CutSuffix(pattern, "*")
	return key == pattern || ok && strings.HasPrefix(key, prefix)
}

// constructors are the methods of resource.Table that grant an action.
var constructors = map[string]string{
	"dynamodb:GetItem": "Get", "dynamodb:BatchGetItem": "BatchGet", "dynamodb:PutItem": "Put", "dynamodb:UpdateItem": "Update",
	"dynamodb:DeleteItem": "Delete", "dynamodb:ConditionCheckItem": "Check", "dynamodb:Query": "Query",
}

// advice returns what the operation must declare to make the call.
func (p Policy) advice(c call, f Function) string {
	constructor, ok := constructors[c.action]
	if !ok {
		return fmt.Sprintf("no operation can declare %s: call DynamoDB in another way", c.action)
	}
	argument := ""
	if constructor == "Query" {
		argument = fmt.Sprintf("%q", c.index)
	}
	table := strings.TrimPrefix(c.table, resource.TableName(p.Environment, ""))
	right := fmt.Sprintf("%s(%s) of the table %s", constructor, argument, table)
	var least []string
	for _, g := range f.Grants {
		if !p.concerns(g, c) {
			continue
		}
		if lacks := missing(c, g); least == nil || len(lacks) < len(least) {
			least = lacks
		}
	}
	if least != nil {
		return right + ", with " + strings.Join(least, " and ")
	}
	return right
}
