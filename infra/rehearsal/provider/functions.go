package provider

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var arnType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
	"partition": tftypes.String, "service": tftypes.String, "region": tftypes.String,
	"account_id": tftypes.String, "resource": tftypes.String,
}}

type function struct {
	params []string
	result tftypes.Type
	call   func(args []string) (any, string)
}

var functions = map[string]function{
	"arn_parse": {[]string{"arn"}, arnType, func(a []string) (any, string) {
		parts := strings.SplitN(a[0], ":", 6)
		if len(parts) != 6 || parts[0] != "arn" {
			return nil, "arn: invalid prefix or too few sections"
		}
		return map[string]any{"partition": parts[1], "service": parts[2], "region": parts[3], "account_id": parts[4], "resource": parts[5]}, ""
	}},
	"arn_build": {[]string{"partition", "service", "region", "account_id", "resource"}, tftypes.String, func(a []string) (any, string) {
		return "arn:" + strings.Join(a, ":"), ""
	}},
	"trim_iam_role_path": {[]string{"arn"}, tftypes.String, func(a []string) (any, string) {
		parts := strings.SplitN(a[0], ":", 6)
		if len(parts) != 6 || parts[0] != "arn" {
			return nil, "arn: invalid prefix or too few sections"
		}
		if parts[2] != "iam" {
			return nil, "service must be \"iam\""
		}
		if parts[3] != "" {
			return nil, "region must be empty"
		}
		segments := strings.Split(parts[5], "/")
		if segments[0] != "role" || len(segments) < 2 {
			return nil, "resource must begin with \"role/\""
		}
		parts[5] = "role/" + segments[len(segments)-1]
		return strings.Join(parts, ":"), ""
	}},
}

func functionProtos() map[string]*tfprotov5.Function {
	out := map[string]*tfprotov5.Function{}
	for name, f := range functions {
		p := &tfprotov5.Function{Return: &tfprotov5.FunctionReturn{Type: f.result}}
		for _, n := range f.params {
			p.Parameters = append(p.Parameters, &tfprotov5.FunctionParameter{Name: n, Type: tftypes.String})
		}
		out[name] = p
	}
	return out
}
