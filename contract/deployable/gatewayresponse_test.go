package deployable

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/rest"
)

// Whatever AWS inserts into the templates, the client receives a problem document
// with the status of the response.
func TestGatewayResponsesAreProblems(t *testing.T) {
	doc, _ := emit(t, parse(t, things))
	responses := at(t, doc, "x-amazon-apigateway-gateway-responses").(object)
	if len(responses) != 20 || responses["REQUEST_TOO_LARGE"] != nil {
		t.Errorf("%d gateway responses: want all but REQUEST_TOO_LARGE", len(responses))
	}
	fill := strings.NewReplacer(
		"$context.error.messageString", `"the \"message\""`,
		"$context.error.validationErrorString", `[the \"error\"]`,
		"$context.requestId", "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
	)
	for name, r := range responses {
		text := at(t, r, "responseTemplates", "application/json").(string)
		var p problem.Problem
		decoder := json.NewDecoder(strings.NewReader(fill.Replace(text)))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&p); err != nil {
			t.Errorf("%s: %v: %s", name, err, text)
			continue
		}
		known := slices.ContainsFunc(problem.Kinds(), func(k problem.Kind) bool {
			return k.URI() == p.Type && k.Title == p.Title && (k.Status == p.Status || p.Status == 0)
		})
		if !known || p.RequestID == "" {
			t.Errorf("%s: not a problem of a known kind: %s", name, text)
		}
		if status, fixed := r.(object)["statusCode"]; fixed != (p.Status != 0) || fixed && status != fmt.Sprint(p.Status) {
			t.Errorf("%s: status %v of the response, %d in the document", name, status, p.Status)
		}
		if p.Status >= 500 && name != "INTEGRATION_TIMEOUT" && p.Detail != "" {
			t.Errorf("%s: a failure of the service has the detail %q", name, p.Detail)
		}
		header := at(t, r, "responseParameters").(object)
		for key, want := range map[string]string{
			"Content-Type": problem.MediaType, "Access-Control-Allow-Origin": rest.AllowOrigin,
			"Access-Control-Expose-Headers": rest.ExposeHeaders,
		} {
			if got := header["gatewayresponse.header."+key]; got != "'"+want+"'" {
				t.Errorf("%s: header %s is %v, want '%s'", name, key, got, want)
			}
		}
	}
}

func TestGatewayResponsesInDetail(t *testing.T) {
	doc, _ := emit(t, parse(t, things))
	responses := at(t, doc, "x-amazon-apigateway-gateway-responses")
	checkJSON(t, at(t, responses, "MISSING_AUTHENTICATION_TOKEN", "statusCode"), `"403"`)
	tests := map[string]string{
		"MISSING_AUTHENTICATION_TOKEN": `"detail":"The API has no operation with this method and path."`,
		"INVALID_SIGNATURE":            `"detail":"The API has no operation with this method and path."`,
		"DEFAULT_4XX": `"detail":"The API cannot serve the request: ` +
			`check its method, path, headers and size."`,
		"BAD_REQUEST_PARAMETERS": `"detail":$context.error.messageString`,
		"BAD_REQUEST_BODY":       `"detail":"$context.error.validationErrorString"`,
		"ACCESS_DENIED":          `"detail":"The caller may not call this operation."`,
		"DEFAULT_5XX": `{"type":"urn:meridian:problem:bad-gateway","title":"Bad gateway","status":502,` +
			`"requestId":"$context.requestId"}`,
	}
	for name, want := range tests {
		if text := at(t, responses, name, "responseTemplates", "application/json").(string); !strings.Contains(text, want) {
			t.Errorf("%s: %s, want %s", name, text, want)
		}
	}
	checkJSON(t, at(t, responses, "THROTTLED", "responseParameters", "gatewayresponse.header.Retry-After"), `"'1'"`)
	checkJSON(t, at(t, responses, "UNAUTHORIZED", "responseParameters",
		"gatewayresponse.header.WWW-Authenticate"), `"'Bearer'"`)
}
