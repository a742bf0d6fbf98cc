package provider

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestConfigure(t *testing.T) {
	for _, test := range []struct {
		name       string
		env        string // AWS_REGION
		conf       map[string]any
		wantRegion any
		account    string
		tags       any
		err        string
	}{
		{name: "defaults", wantRegion: "us-east-1", account: "123456789012", tags: map[string]any{}},
		{name: "Region of the environment", env: "eu-west-1", wantRegion: "eu-west-1", account: "123456789012",
			tags: map[string]any{}},
		{name: "the configuration wins", env: "eu-west-1", conf: map[string]any{"region": "us-west-2"},
			wantRegion: "us-west-2", account: "123456789012", tags: map[string]any{}},
		{name: "unknown Region", conf: map[string]any{"region": "us-wset-2"}, err: "Invalid provider configuration"},
		{name: "unknown Region, unchecked", conf: map[string]any{"region": "us-wset-2", "skip_region_validation": true},
			wantRegion: "us-wset-2", account: "123456789012", tags: map[string]any{}},
		{name: "the only allowed account", conf: map[string]any{"allowed_account_ids": []any{"111122223333"}},
			wantRegion: "us-east-1", account: "111122223333", tags: map[string]any{}},
		{name: "forbidden account", conf: map[string]any{"forbidden_account_ids": []any{"123456789012"}},
			err: "AWS account ID not allowed: 123456789012"},
		{name: "default tags",
			conf:       map[string]any{"default_tags": []any{map[string]any{"tags": map[string]any{"a": "x", "b": nil}}}},
			wantRegion: "us-east-1", account: "123456789012", tags: map[string]any{"a": "x"}},
		{name: "unknown default tags", conf: map[string]any{"default_tags": []any{map[string]any{"tags": unknown}}},
			wantRegion: "us-east-1", account: "123456789012", tags: unknown},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("AWS_REGION", test.env)
			t.Setenv("AWS_DEFAULT_REGION", "")
			s := newServer(testCatalog(t))
			errs := s.configure(test.conf)
			if test.err != "" {
				if len(errs) != 1 || errs[0].summary != test.err {
					t.Errorf("got %v, want %s", errs, test.err)
				}
				return
			}
			got := []any{s.cfg.region, s.cfg.account, s.cfg.defaultTags}
			if diff := cmp.Diff([]any{test.wantRegion, test.account, test.tags}, got,
				cmp.AllowUnexported(unknownValue{})); diff != "" ||
				len(errs) != 0 {
				t.Errorf("%v, -want +got:\n%s", errs, diff)
			}
		})
	}
}

func TestCallFunction(t *testing.T) {
	const role = "arn:aws:iam::123456789012:role/a/b/reader"
	parsed := map[string]any{
		"partition":  "aws",
		"service":    "iam",
		"region":     "",
		"account_id": "123456789012",
		"resource":   "role/a/b/reader",
	}
	for _, test := range []struct {
		name, function string
		args           []string
		want           any
		err            string
	}{
		{"parse", "arn_parse", []string{role}, parsed, ""},
		{"parse what is not an ARN", "arn_parse", []string{"role/x"}, nil, `"role/x" is not an ARN`},
		{"build", "arn_build", []string{"aws", "iam", "", "123456789012", "role/a/b/reader"}, role, ""},
		{"trim", "trim_iam_role_path", []string{role}, "arn:aws:iam::123456789012:role/reader", ""},
		{"trim what is not a role", "trim_iam_role_path", []string{"arn:aws:iam::123456789012:user/x"}, nil,
			"is not the ARN of an IAM role"},
		{"no such function", "arn_burn", nil, nil, "has no function arn_burn of 0 arguments"},
		{"too few arguments", "arn_parse", nil, nil, "has no function arn_parse of 0 arguments"},
	} {
		t.Run(test.name, func(t *testing.T) {
			req := &tfprotov5.CallFunctionRequest{Name: test.function}
			for _, a := range test.args {
				dv, err := tfprotov5.NewDynamicValue(tftypes.String, tftypes.NewValue(tftypes.String, a))
				if err != nil {
					t.Fatal(err)
				}
				req.Arguments = append(req.Arguments, &dv)
			}
			res, err := newServer(testCatalog(t)).CallFunction(t.Context(), req)
			if err != nil {
				t.Fatal(err)
			}
			if test.err != "" {
				if res.Error == nil || !strings.Contains(res.Error.Text, test.err) {
					t.Errorf("got %+v, want %s", res.Error, test.err)
				}
				return
			}
			if res.Error != nil {
				t.Fatal(res.Error.Text)
			}
			tv, err := res.Result.Unmarshal(functions[test.function].result)
			if err != nil {
				t.Fatal(err)
			}
			got, err := fromTF(tv)
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("%v, -want +got:\n%s", err, diff)
			}
		})
	}
}

func TestMatchFormat(t *testing.T) {
	for _, test := range []struct {
		name, format, id string
		want             map[string]string
	}{
		{"two slots", "{rest_api_id}/{stage_name}", "abc/prod",
			map[string]string{"rest_api_id": "abc", "stage_name": "prod"}},
		{"no match", "{a}/{b}", "x", nil},
		{"invented slot", "{#hex:4}/{b}", "x/y", nil},
		{"no slot", "account", "account", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, matchFormat(test.format, test.id)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestZoneID(t *testing.T) {
	for region, want := range map[string]string{"us-east-1": "use1", "eu-central-1": "euc1", "ap-southeast-2": "apse2",
		"us-gov-west-1": "usgw1"} {
		t.Run(region, func(t *testing.T) {
			if got := zoneID(region); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestFilter(t *testing.T) {
	for _, test := range []struct{ filter, in, want string }{
		{"lower", "A", "a"},
		{"trimdot", "a.", "a"},
		{"last:/", "a/b/c", "c"},
		{"first:/", "a/b/c", "a"},
		{"or:x", "", "x"},
		{"or:x", "a", "a"},
		{"prefix:/", "", ""},
		{"prefix:/", "a", "/a"},
		{"bare", "https://a", "a"},
		{"bareslash", "/a", "a"},
		{"global", "CLOUDFRONT", "global"},
		{"global", "REGIONAL", "regional"},
		{"function", "arn:aws:lambda:us-east-1:123456789012:function:f:live", "f"},
		{"function", "123456789012:function:f", "f"},
		{"function", "f:live", "f"},
		{"apigwzone", "us-east-1", "Z1UJRXOUMOOFQ8"},
		{"s3zone", "us-east-1", "Z3AQBSTGFYJSTF"},
	} {
		t.Run(test.filter+" of "+test.in, func(t *testing.T) {
			if got := filter(test.in, test.filter); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
