package policy

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/platform/resource"
)

// Statement is one statement of an IAM policy.
type Statement struct {
	Effect    string
	Action    any
	Resource  any
	Principal any
	Condition map[string]any
}

func (s Statement) actions() []string { return slices.Sorted(slices.Values(texts(s.Action))) }

func (s Statement) resources() []string { return slices.Sorted(slices.Values(texts(s.Resource))) }

// principals returns all principals of the statement, of every kind.
func (s Statement) principals() []string {
	kinds, ok := s.Principal.(map[string]any)
	if !ok {
		return texts(s.Principal)
	}
	var list []string
	for _, names := range kinds {
		list = append(list, texts(names)...)
	}
	return list
}

// statements returns the statements of an IAM policy, and nil if policy is not one.
func statements(policy string) []Statement {
	var p struct{ Statement any }
	if json.Unmarshal([]byte(policy), &p) != nil {
		return nil
	}
	var list []Statement
	for _, s := range asList(p.Statement) {
		data, err := json.Marshal(s)
		if err != nil {
			continue
		}
		var one Statement
		if json.Unmarshal(data, &one) == nil {
			list = append(list, one)
		}
	}
	return list
}

// Deployment is one deployment of functions.
type Deployment struct{ Environment, Account, Region string }

// LeastPrivilege returns a finding for each right that a function of a context has and
// its operation does not declare, and for each that it lacks. An operation declares its
// grants in its Region, or in every Region with a replica of the table; its own log group
// and traces, which IAM cannot confine, are allowed too. A function without a role of its own, or that is missing, is a finding.
func LeastPrivilege(service *manifest.Service, d Deployment, all []Resource) []string {
	var findings []string
	for _, short := range slices.Sorted(maps.Keys(service.Functions)) {
		name := resource.FunctionName(d.Environment, service.Name, short)
		for _, f := range checkRights(name, service.Functions[short], d, all) {
			findings = append(findings, fmt.Sprintf("%s in %s: %s", name, d.Region, f))
		}
	}
	return findings
}

func checkRights(name string, f manifest.Function, d Deployment, all []Resource) []string {
	function, ok := find(all, "aws_lambda_function", func(r Resource) bool {
		return r.text("function_name") == name && r.text("region") == d.Region
	})
	if !ok {
		return []string{"it is missing"}
	}
	arn := function.text("role")
	users := 0
	for _, r := range all {
		if r.Type == "aws_lambda_function" && r.text("role") == arn {
			users++
		}
	}
	role, ok := find(all, "aws_iam_role", func(r Resource) bool { return r.text("arn") == arn })
	if !ok || users != 1 {
		return []string{"it has no role of its own"}
	}
	var findings []string
	if trust := statements(role.text("assume_role_policy")); len(trust) != 1 || !slices.Equal(trust[0].principals(), []string{"lambda.amazonaws.com"}) {
		findings = append(findings, "services other than Lambda can assume its role")
	}
	var allowed []string
	for _, r := range all {
		switch {
		case r.Data || r.text("role") != role.text("name"):
		case r.Type == "aws_iam_role_policy":
			for _, s := range statements(r.text("policy")) {
				allowed = append(allowed, rights(s)...)
			}
		case strings.HasPrefix(r.Type, "aws_iam_"):
			findings = append(findings, "its role has rights by "+r.Address)
		}
	}
	declared := declaredRights(name, f, d, all)
	for _, a := range allowed {
		if !slices.ContainsFunc(declared, func(d string) bool { return sameRight(d, a) }) {
			findings = append(findings, "it may "+a+", which its operation does not declare")
		}
	}
	for _, d := range declared {
		if !slices.ContainsFunc(allowed, func(a string) bool { return sameRight(d, a) }) {
			findings = append(findings, "it may not "+d+", which its operation declares")
		}
	}
	return findings
}

// rights returns a statement's triples of action, resource and condition, as text. A
// triple that is not allowed has the effect.
func rights(s Statement) []string {
	var list []string
	for _, action := range s.actions() {
		for _, resource := range s.resources() {
			right := action + " " + resource
			if s.Effect != "Allow" {
				right = s.Effect + " " + right
			}
			list = append(list, right+condition(s.Condition))
		}
	}
	return list
}

// condition returns the text of a condition with its lists in order, or "".
func condition(operators map[string]any) string {
	if len(operators) == 0 {
		return ""
	}
	inOrder := map[string]map[string][]string{}
	for operator, keys := range operators {
		keys, ok := keys.(map[string]any)
		if !ok {
			return fmt.Sprintf(" if %v", operators)
		}
		inOrder[operator] = map[string][]string{}
		for key, values := range keys {
			inOrder[operator][key] = slices.Sorted(slices.Values(texts(values)))
		}
	}
	data, err := json.Marshal(inOrder) // sorts the names
	if err != nil {
		return fmt.Sprintf(" if %v", operators)
	}
	return " if " + string(data)
}

// limits returns the condition of a grant.
func limits(g manifest.Grant) map[string]any {
	operators := map[string]any{}
	add := func(operator, key string, values ...string) {
		operators[operator] = map[string]any{"dynamodb:" + key: asAny(values)}
	}
	if len(g.Keys) > 0 {
		add("ForAllValues:StringLike", "LeadingKeys", g.Keys...)
		add("Null", "LeadingKeys", "false")
	}
	if len(g.Attributes) > 0 {
		add("ForAllValues:StringEquals", "Attributes", g.Attributes...)
		add("StringEquals", "Select", "SPECIFIC_ATTRIBUTES")
	}
	if g.Transaction {
		add("ForAnyValue:StringEquals", "EnclosingOperation", "TransactWriteItems")
	}
	return operators
}

func asAny(values []string) []any {
	var list []any
	for _, v := range values {
		list = append(list, v)
	}
	return list
}

// anySuffix stands for the hyphen and six characters that AWS adds to a secret's ARN.
const anySuffix = "-??????"

func declaredRights(name string, f manifest.Function, d Deployment, all []Resource) []string {
	at := func(service string) string { return fmt.Sprintf("arn:aws:%s:%s:%s:", service, d.Region, d.Account) }
	logs := at("logs") + "log-group:/aws/lambda/" + name + ":log-stream:*"
	list := []string{
		"logs:CreateLogStream " + logs, "logs:PutLogEvents " + logs,
		"xray:PutTelemetryRecords *", "xray:PutTraceSegments *",
	}
	for _, g := range f.Grants {
		arn := at("dynamodb") + "table/" + resource.TableName(d.Environment, g.Table)
		switch {
		case g.Secret != "":
			arn = at("secretsmanager") + "secret:" + resource.SecretName(d.Environment, g.Secret) + anySuffix
		case g.Index != "":
			arn += "/index/" + g.Index
		}
		arns := []string{arn}
		if g.Replicas {
			for _, region := range otherReplicas(resource.TableName(d.Environment, g.Table), d.Region, all) {
				arns = append(arns, strings.Replace(arn, ":"+d.Region+":", ":"+region+":", 1))
			}
		}
		for _, arn := range arns {
			for _, action := range g.Actions {
				list = append(list, action+" "+arn+condition(limits(g)))
			}
		}
	}
	return list
}

// otherReplicas returns the Regions, except one, in which a table is.
func otherReplicas(table, except string, all []Resource) []string {
	found, ok := find(all, "aws_dynamodb_table", func(r Resource) bool { return r.text("name") == table })
	if !ok {
		return nil
	}
	regions := []string{found.text("region")}
	for _, replica := range found.list("replica") {
		regions = append(regions, fmt.Sprint(get(replica, "region_name")))
	}
	return slices.DeleteFunc(regions, func(r string) bool { return r == except })
}

// sameRight reports whether an allowed right is the declared one, whose ARN may end in
// anySuffix.
func sameRight(declared, allowed string) bool {
	prefix, ok := strings.CutSuffix(declared, anySuffix)
	if !ok {
		return declared == allowed
	}
	suffix, ok := strings.CutPrefix(allowed, prefix+"-")
	return ok && len(suffix) == len(anySuffix)-1 && !strings.ContainsAny(suffix, "*?/:")
}

func find(all []Resource, kind string, is func(Resource) bool) (Resource, bool) {
	i := slices.IndexFunc(all, func(r Resource) bool { return !r.Data && r.Type == kind && is(r) })
	if i < 0 {
		return Resource{}, false
	}
	return all[i], true
}

// Wildcards returns a finding for each right of a role that contains a wildcard. It
// allows the wildcards that AWS requires: for traces, for the streams of one log group,
// and for the objects of one bucket.
func Wildcards(all []Resource) []string {
	var findings []string
	for _, r := range all {
		if r.Data || r.Type != "aws_iam_role_policy" {
			continue
		}
		for _, s := range statements(r.text("policy")) {
			for _, right := range rights(s) {
				right, _, _ := strings.Cut(right, " if ") // a key in a condition may be a prefix
				action, resource, _ := strings.Cut(right, " ")
				forced := strings.HasPrefix(action, "xray:Put") && resource == "*"
				below := strings.HasSuffix(resource, ":log-stream:*") || strings.HasPrefix(resource, "arn:aws:s3:::") && strings.HasSuffix(resource, "/*")
				if strings.Contains(action, "*") || strings.Contains(resource, "*") && !forced && (!below || strings.Count(resource, "*") > 1) {
					findings = append(findings, fmt.Sprintf("%s allows %s", r, right))
				}
			}
		}
	}
	return findings
}
