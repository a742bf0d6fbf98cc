package provision

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/platform/problem"
)

// managedRule is one of AWS's rules in infra/terraform/api/managed-rules.json.
type managedRule struct {
	// Inspects is the part of a request, with a size in bytes if the rule compares only that.
	Inspects string `json:"inspects"`
	Blocks   bool   `json:"blocks"`
}

// readManagedRules returns the rules by name.
func readManagedRules(t *testing.T, root string) map[string]managedRule {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, Sources, "api", "managed-rules.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups map[string]struct{ Rules map[string]managedRule }
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	rules := map[string]managedRule{}
	for _, group := range file.Groups {
		for name, r := range group.Rules {
			rules[name] = r
		}
	}
	return rules
}

// opaqueParameters are parameters without a pattern whose values are this API's own:
// base64url, from an earlier response.
var opaqueParameters = []string{"cursor"}

// freePart describes what the contract leaves to the client.
type freePart struct {
	// open reports whether a client may send any text in the part.
	open bool
	// bytes is the largest size that the contract allows, 0 for no limit.
	bytes int
}

// freeParts returns what the contract of all operations leaves open, by part of a request.
// It compares no patterns of AWS's rules, which are not published: a part is either open,
// so that any pattern may be in it, or it cannot contain one.
func freeParts(doc *openapi3.T) map[string]freePart {
	parts := map[string]freePart{
		"method": {}, "host": {}, "cookie": {}, "path": {}, "query": {}, "header": {open: true}, "body": {},
	}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			if method == "PROPFIND" {
				parts["method"] = freePart{open: true}
			}
			size := map[string]int{"path": len(path)}
			for _, ref := range slices.Concat(item.Parameters, operation.Parameters) {
				p := ref.Value
				open, bytes := parameterSize(p)
				size[p.In] += len(p.Name) + len("&=") + bytes
				parts[p.In] = freePart{open: parts[p.In].open || open, bytes: max(parts[p.In].bytes, size[p.In])}
			}
			if operation.RequestBody != nil { // JSON with text of the customer's
				parts["body"] = freePart{open: true}
			}
		}
	}
	return parts
}

// parameterSize reports whether a parameter may contain any text, and its longest value.
func parameterSize(p *openapi3.Parameter) (open bool, bytes int) {
	s := p.Schema.Value
	switch {
	case s.Type.Is("integer"), s.Type.Is("boolean"):
		return false, len(strconv.Itoa(-1 << 63))
	case len(s.Enum) > 0:
		for _, v := range s.Enum {
			bytes = max(bytes, len(v.(string)))
		}
		return false, bytes
	case s.Format == "uuid":
		return false, 36
	case slices.Contains(opaqueParameters, p.Name) && s.MaxLength != nil:
		return false, int(*s.MaxLength)
	}
	return true, 0
}

var sizeRule = regexp.MustCompile(`^(\w+) over (\d+) bytes$`)

// passes reports whether every request that the contract allows passes a rule that blocks.
func (r managedRule) passes(parts map[string]freePart) bool {
	if m := sizeRule.FindStringSubmatch(r.Inspects); m != nil {
		limit, _ := strconv.Atoi(m[2])
		part := parts[m[1]]
		return !part.open && part.bytes <= limit
	}
	if r.Inspects == "scanner" { // names of attackers' tools in User-Agent
		return true
	}
	part, known := parts[r.Inspects]
	return known && !part.open
}

func TestFirewallPassesWhatTheContractAllows(t *testing.T) {
	root, merged := mergeContexts(t)
	rules, parts := readManagedRules(t, root), freeParts(merged.Doc)
	if len(rules) != 37 {
		t.Errorf("%d rules, want 37", len(rules))
	}
	for name, r := range rules {
		if passes := r.passes(parts); r.Blocks != passes {
			t.Errorf("%s inspects the %s: blocks is %v, want %v, because the contract leaves it %+v",
				name, r.Inspects, r.Blocks, passes, parts[strings.Fields(r.Inspects)[0]])
		}
	}
}

// The requests that issues are about, each allowed by the contract.
func TestFirewallRulesThatOnlyCount(t *testing.T) {
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	rules := readManagedRules(t, ws.Root)
	for rule, request := range map[string]string{
		"SizeRestrictions_BODY":      "a profile of more than 8,192 bytes",
		"NoUserAgent_HEADER":         "a client without User-Agent",
		"EC2MetaDataSSRF_BODY":       "a link to a bare IPv4 address",
		"GenericRFI_BODY":            "a link to a bare IPv4 address",
		"CrossSiteScripting_BODY":    "<script> in a display name",
		"AWSManagedIPReputationList": "a phone behind a carrier's address",
	} {
		if r, ok := rules[rule]; !ok || r.Blocks {
			t.Errorf("%s would block %s", rule, request)
		}
	}
}

// A 403 of the firewall is the response WAF_FILTERED of the document, and every operation
// declares its problem.
func TestFirewallsResponseIsDeclared(t *testing.T) {
	_, merged := mergeContexts(t)
	result, err := deployable.From(merged.Doc, merged.Services, deployable.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Responses map[string]struct {
			StatusCode        string            `json:"statusCode"`
			ResponseTemplates map[string]string `json:"responseTemplates"`
		} `json:"x-amazon-apigateway-gateway-responses"`
	}
	if err := json.Unmarshal(result.Document, &document); err != nil {
		t.Fatal(err)
	}
	filtered := document.Responses["WAF_FILTERED"]
	var body problem.Problem
	if err := json.Unmarshal([]byte(filtered.ResponseTemplates["application/json"]), &body); err != nil {
		t.Fatal(err)
	}
	if filtered.StatusCode != "403" || body.Type != problem.Forbidden.URI() {
		t.Errorf("the firewall's response has the status %s and the problem %+v", filtered.StatusCode, body)
	}
	for path, item := range merged.Doc.Paths.Map() {
		for method, operation := range item.Operations() {
			for _, status := range []int{http.StatusForbidden, http.StatusTooManyRequests} {
				if r := operation.Responses.Status(status); r == nil || r.Value.Content[problem.MediaType] == nil {
					t.Errorf("%s %s does not declare the problem %d", method, path, status)
				}
			}
		}
	}
}
