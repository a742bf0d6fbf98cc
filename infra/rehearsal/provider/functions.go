package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// function is a provider function. All its parameters are strings.
type function struct {
	params []string
	result tftypes.Type
	// call returns the result, or an error about the first argument.
	call func(args []string) (any, error)
}

var arnType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
	"partition": tftypes.String, "service": tftypes.String, "region": tftypes.String,
	"account_id": tftypes.String, "resource": tftypes.String,
}}

var functions = map[string]function{
	"arn_parse": {[]string{"arn"}, arnType, func(args []string) (any, error) {
		parts, err := splitARN(args[0])
		if err != nil {
			return nil, err
		}
		return map[string]any{"partition": parts[1], "service": parts[2], "region": parts[3], "account_id": parts[4], "resource": parts[5]}, nil
	}},
	"arn_build": {[]string{"partition", "service", "region", "account_id", "resource"}, tftypes.String, func(args []string) (any, error) {
		return "arn:" + strings.Join(args, ":"), nil
	}},
	"trim_iam_role_path": {[]string{"arn"}, tftypes.String, trimRolePath},
}

// splitARN returns the six parts of an ARN.
func splitARN(arn string) ([]string, error) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return nil, fmt.Errorf("%q is not an ARN: arn: and five more parts are needed", arn)
	}
	return parts, nil
}

func trimRolePath(args []string) (any, error) {
	parts, err := splitARN(args[0])
	if err != nil {
		return nil, err
	}
	segments := strings.Split(parts[5], "/")
	if parts[2] != "iam" || parts[3] != "" || segments[0] != "role" || len(segments) < 2 {
		return nil, fmt.Errorf("%q is not the ARN of an IAM role", args[0])
	}
	parts[5] = "role/" + segments[len(segments)-1]
	return strings.Join(parts, ":"), nil
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

func (s *server) GetFunctions(context.Context, *tfprotov5.GetFunctionsRequest) (*tfprotov5.GetFunctionsResponse, error) {
	return &tfprotov5.GetFunctionsResponse{Functions: functionProtos()}, nil
}

func (s *server) CallFunction(_ context.Context, req *tfprotov5.CallFunctionRequest) (*tfprotov5.CallFunctionResponse, error) {
	out := &tfprotov5.CallFunctionResponse{}
	f, ok := functions[req.Name]
	if !ok || len(req.Arguments) != len(f.params) {
		out.Error = &tfprotov5.FunctionError{Text: fmt.Sprintf("the stand-in provider has no function %s of %d arguments", req.Name, len(req.Arguments))}
		return out, nil
	}
	args := make([]string, len(f.params))
	for i, a := range req.Arguments {
		tv, err := a.Unmarshal(tftypes.String)
		if err == nil {
			err = tv.As(&args[i])
		}
		if err != nil {
			out.Error = argumentError(i, err)
			return out, nil
		}
	}
	v, err := f.call(args)
	if err != nil {
		out.Error = argumentError(0, err)
		return out, nil
	}
	tv, err := toTF(v, f.result)
	if err != nil {
		out.Error = &tfprotov5.FunctionError{Text: err.Error()}
		return out, nil
	}
	dv, err := tfprotov5.NewDynamicValue(f.result, tv)
	if err != nil {
		out.Error = &tfprotov5.FunctionError{Text: err.Error()}
		return out, nil
	}
	out.Result = &dv
	return out, nil
}

func argumentError(i int, err error) *tfprotov5.FunctionError {
	at := int64(i)
	return &tfprotov5.FunctionError{Text: err.Error(), FunctionArgument: &at}
}
