package lint

import (
	"strconv"
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/internal/tree"
)

// extension describes an extension of API Gateway.
type extension struct {
	// in lists the objects in which API Gateway reads it.
	in    []*shape
	check func(*linter, *visit)
}

// extensions are the extensions of REST APIs, by name. It is set in init because
// one of them contains an operation, whose check refers to extensions again.
var extensions map[string]extension

func init() {
	extensions = map[string]extension{
		apigateway.AnyMethodExtension:              {in: []*shape{pathItemShape}, check: (*linter).anyMethod},
		apigateway.APIKeySourceExtension:           {in: []*shape{documentShape}, check: oneOf(apigateway.APIKeySources)},
		apigateway.AuthExtension:                   {in: []*shape{operationShape}, check: (*linter).auth},
		apigateway.AuthorizerExtension:             {in: []*shape{securitySchemeShape}, check: checkKind(tree.Object)},
		apigateway.AuthTypeExtension:               {in: []*shape{securitySchemeShape}, check: checkKind(tree.String)},
		apigateway.BinaryMediaTypesExtension:       {in: []*shape{documentShape}, check: (*linter).mediaTypes},
		apigateway.DocumentationExtension:          {in: []*shape{documentShape}, check: checkKind(tree.Object)},
		apigateway.EndpointConfigurationExtension:  {in: []*shape{serverShape}, check: checkKind(tree.Object)},
		apigateway.GatewayResponsesExtension:       {in: []*shape{documentShape}, check: (*linter).gatewayResponses},
		apigateway.IntegrationExtension:            {in: []*shape{operationShape}, check: (*linter).integration},
		apigateway.MinimumCompressionSizeExtension: {in: []*shape{documentShape}, check: (*linter).compression},
		apigateway.PolicyExtension:                 {in: []*shape{documentShape}, check: checkKind(tree.Object)},
		apigateway.RequestValidatorExtension:       {in: []*shape{documentShape, operationShape}, check: checkKind(tree.String)},
		apigateway.RequestValidatorsExtension:      {in: []*shape{documentShape}, check: (*linter).validators},
		apigateway.SecurityPolicyExtension:         {in: []*shape{documentShape}, check: checkKind(tree.String)},
	}
}

// extension checks a member that begins with x-, of an object of shape in.
func (l *linter) extension(v *visit, in *shape) {
	if !strings.HasPrefix(v.token, apigateway.ExtensionPrefix) {
		return
	}
	known, ok := extensions[v.token]
	switch {
	case apigateway.IsHTTPAPIExtension(v.token):
		l.report(v, extensionHTTP, "%s is for HTTP APIs", v.token)
	case l.mode == Contract:
		l.report(v, extensionContract, "a contract has no extensions of API Gateway, such as %s", v.token)
	case !ok:
		l.report(v, extensionUnknown, "API Gateway has no extension %s", v.token)
	case !contains(known.in, in.kinship()) && !(in == swaggerDocument && v.token == apigateway.EndpointConfigurationExtension):
		l.report(v, extensionPlace, "API Gateway reads %s in the %s, not in the %s", v.token, names(known.in), in.name)
	default:
		l.supports(v, in)
		known.check(l, v)
	}
}

func contains(list []*shape, s *shape) bool {
	for _, candidate := range list {
		if candidate == s {
			return true
		}
	}
	return false
}

func names(list []*shape) string {
	var all []string
	for _, s := range list {
		all = append(all, s.name)
	}
	return strings.Join(all, " or ")
}

// checkKind returns a check for values of one kind.
func checkKind(k tree.Kind) func(*linter, *visit) {
	return func(l *linter, v *visit) {
		if v.node.Kind != k {
			l.report(v, extensionValue, "%s is %s, not %s", v.token, article(v.node.Kind), article(k))
		}
	}
}

// oneOf returns a check for strings of a list.
func oneOf(values []string) func(*linter, *visit) {
	return func(l *linter, v *visit) {
		for _, value := range values {
			if v.node.Str() == value {
				return
			}
		}
		l.report(v, extensionValue, "%s is not %s", v.token, anyOf(values))
	}
}

// auth checks the extension that opens an operation or requires IAM. Other types
// need an authorizer, which it cannot name.
func (l *linter) auth(v *visit) {
	if checkKind(tree.Object)(l, v); v.node.Kind != tree.Object {
		return
	}
	switch strings.ToUpper(v.node.Get("type").Str()) {
	case "NONE", "AWS_IAM":
	default:
		l.report(v.at("type"), extensionValue, "%s has another type than NONE and AWS_IAM: an authorizer is named under security", v.token)
	}
}

// anyMethod checks an operation for every method of a path.
func (l *linter) anyMethod(v *visit) {
	if l.swagger {
		l.walk(v, swaggerOperation)
		return
	}
	l.walk(v, operationShape)
}

func (l *linter) mediaTypes(v *visit) {
	if checkKind(tree.Array)(l, v); v.node.Kind != tree.Array {
		return
	}
	for i, item := range v.node.Items {
		if !strings.Contains(item.Str(), "/") {
			l.report(v.item(i), extensionValue, "%.40q is not a media type", item.Text)
		}
	}
}

func (l *linter) compression(v *visit) {
	if n, ok := integer(v.node); !ok || n < 0 || n > apigateway.MaxCompressionBytes {
		l.report(v, extensionValue, "%s is not a number of bytes from 0 to %d", v.token, apigateway.MaxCompressionBytes)
	}
}

// integer returns the value of an integer.
func integer(n *tree.Node) (int, bool) {
	if !n.Is(tree.Number) {
		return 0, false
	}
	value, err := strconv.Atoi(n.Text)
	return value, err == nil
}

// between checks that a member, if there is one, is an integer within limits.
func (l *linter) between(v *visit, name string, least, most int, r rule) {
	m := v.member(name)
	if m == nil {
		return
	}
	if n, ok := integer(m.node); !ok || n < least || n > most {
		l.report(m, r, "%s is not an integer from %d to %d", name, least, most)
	}
}

func (l *linter) validators(v *visit) {
	if checkKind(tree.Object)(l, v); v.node.Kind != tree.Object {
		return
	}
	for i := range v.node.Members {
		m := v.of(&v.node.Members[i])
		for _, flag := range []string{apigateway.ValidateBody, apigateway.ValidateParameters} {
			if at := m.node.Get(flag); at != nil && at.Open {
				continue
			} else if r := extensionValue; !at.Is(tree.Bool) {
				if at == nil && m.node.Kind == tree.Object {
					r = r.andImported() // AWS takes false for it
				}
				l.report(m, r, "the validator %s does not set %s to true or false", m.token, flag)
			}
		}
		for j := range m.node.Members {
			if name := m.node.Members[j].Name; name != apigateway.ValidateBody && name != apigateway.ValidateParameters {
				l.report(m.of(&m.node.Members[j]), extensionValue.andImported(), "a validator has no member %s", name)
			}
		}
	}
}

// validator checks that the validator of an operation, or of the document, is
// defined.
func (l *linter) validator(v *visit) {
	if v.node.Kind == tree.String && l.doc.root.Get(apigateway.RequestValidatorsExtension).Get(v.node.Text) == nil {
		l.report(v, validatorUnknown, "the document defines no request validator %.40q", v.node.Text)
	}
}
