package lint

import (
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/internal/tree"
	"github.com/meridian-api/meridian/contract/manifest"
)

// security checks the security of an operation.
func (l *linter) security(v *visit) {
	own := v.member("security")
	root := l.doc.root.Get("security")
	inherits := own == nil && root.Is(tree.Array) && len(root.Items) > 0
	switch {
	case own != nil && own.node.Kind == tree.Array:
		l.requirements(own)
	case inherits && l.mode == Import && !l.guarded:
		l.report(v, securityRoot, "the operation has no security of its own, and the root's names no authorizer")
	case inherits: // the root is checked once
	case own == nil && l.mode == Contract:
		l.report(v, securityMissing, "the operation has no security")
	}
}

// hasAuthorizer reports whether a list of requirements names an authorizer. The
// ones at the root protect the operations without security of their own, as
// recorded in testdata/recorded/root-security.txtar, with their scopes; API keys
// and IAM do not.
func (l *linter) hasAuthorizer(requirements *tree.Node) bool {
	if !requirements.Is(tree.Array) {
		return false
	}
	for _, requirement := range requirements.Items {
		for _, m := range requirement.Members {
			if l.scheme(m.Name).Get(apigateway.AuthorizerExtension) != nil {
				return true
			}
		}
	}
	return false
}

func (l *linter) scheme(name string) *tree.Node {
	if l.swagger {
		return l.doc.root.Get("securityDefinitions").Get(name)
	}
	return l.doc.root.Get("components").Get("securitySchemes").Get(name)
}

// requirements checks security requirements. OpenAPI calls them alternatives; an import
// applies all of them, as recorded in testdata/recorded/security-authorizer-and-key.txtar.
// Programs that serve a document as OpenAPI defines it read one.
func (l *linter) requirements(v *visit) {
	if len(v.node.Items) > 1 && (l.mode == Contract || l.subset != nil) {
		l.report(v, securitySeveral, "the operation has %d security requirements", len(v.node.Items))
	}
	authorizers, keys := 0, 0
	for i, requirement := range v.node.Items {
		if requirement.Kind != tree.Object {
			continue
		}
		at := v.item(i)
		for j := range requirement.Members {
			m := &requirement.Members[j]
			scheme := l.scheme(m.Name)
			if scheme == nil {
				// Documents in use have such a requirement, and no refusal is known.
				l.report(at.of(m), securityScheme, "the document defines no security scheme %s: the operation may be open", m.Name)
				continue
			}
			if l.mode == Import && l.subset == nil && scheme.Get("type").Str() != "apiKey" {
				continue // ignored, which securityScheme reports
			}
			if l.mode == Import && scheme.Get(apigateway.AuthorizerExtension) == nil && scheme.Get(apigateway.AuthTypeExtension) == nil {
				keys++
			} else {
				authorizers++
			}
		}
		if authorizers > 1 || keys > 1 {
			l.report(at, securitySeveral, "the operation has %d authorizers and %d API keys", authorizers, keys)
			return
		}
	}
}

// scopes checks x-scopes, from which package deployable builds the security of an
// operation.
func (l *linter) scopes(v *visit) {
	s := v.member(manifest.ScopesExtension)
	if s == nil {
		return
	}
	if s.node.Kind != tree.Array {
		l.report(s, scopesShape, "x-scopes is %s, not a list", article(s.node.Kind))
		return
	}
	seen := map[string]bool{}
	for i, item := range s.node.Items {
		switch name := item.Str(); {
		case name == "":
			l.report(s.item(i), scopesShape, "the scope is not a string, or empty")
		case seen[name]:
			l.report(s.item(i), scopesShape, "x-scopes contains %s twice", name)
		default:
			seen[name] = true
		}
	}
}

// securityScheme checks a scheme and its authorizer.
func (l *linter) securityScheme(v *visit) {
	kind := v.at("type")
	if l.mode == Contract {
		if kind.node.Str() != "http" || !strings.EqualFold(v.node.Get("scheme").Str(), "bearer") {
			l.report(kind, securityBearer, "the scheme is not for bearer tokens")
		}
		return
	}
	if kind.node.Str() != "apiKey" {
		// Recorded in testdata/recorded/oauth2-scheme.txtar.
		l.report(kind, securityType.andImported(),
			"API Gateway ignores a security scheme of type %q: operations that require it are open", kind.node.Str())
		return
	}
	a := v.member(apigateway.AuthorizerExtension)
	// A request authorizer has its own identity sources: recorded in
	// testdata/recorded/authorizer-in-query.txtar.
	if request := l.subset == nil && a != nil && a.node.Get("type").Str() == "request"; !request &&
		(v.node.Get("in").Str() != "header" || v.node.Get("name").Str() == "") {
		l.report(v.at("in"), securityType.andImported(), "the scheme does not name a header with the token or key")
	}
	if a != nil && a.node.Kind == tree.Object {
		l.authorizer(v, a)
	} else if t := v.member(apigateway.AuthTypeExtension); t != nil && t.node.Str() != "awsSigv4" {
		l.report(t, authorizerShape, "the scheme has an authtype, but no %s", apigateway.AuthorizerExtension)
	}
}

func (l *linter) authorizer(scheme, v *visit) {
	kind := v.at("type")
	switch kind.node.Str() {
	case apigateway.CognitoAuthorizer:
		l.pools(v)
		if t := scheme.at(apigateway.AuthTypeExtension); t.node.Str() != apigateway.CognitoAuthorizer {
			l.report(t, authorizerShape, "the scheme of a Cognito authorizer needs %s: %s", apigateway.AuthTypeExtension, apigateway.CognitoAuthorizer)
		}
	case "token", "request":
		at := v.at("authorizerUri")
		if uri := at.node.Str(); uri == "" {
			l.report(v, authorizerShape, "a Lambda authorizer needs its authorizerUri")
		} else if _, ok := apigateway.IntegrationService(uri); !l.unresolved(at, authorizerShape) && !ok {
			l.report(at, authorizerShape, "%q is not an authorizerUri of the form %s", clip(uri), apigateway.FunctionURIForm)
		}
		if scheme.node.Get(apigateway.AuthTypeExtension).Str() == "" {
			l.report(scheme, authorizerShape, "the scheme of a Lambda authorizer needs %s: custom", apigateway.AuthTypeExtension)
		}
	case "jwt":
		l.report(kind, authorizerShape, "JWT authorizers belong to HTTP APIs")
	default:
		l.report(kind, authorizerShape, "an authorizer has the type token, request or cognito_user_pools")
	}
	l.between(v, "authorizerResultTtlInSeconds", 0, apigateway.MaxAuthorizerTTLSeconds, authorizerShape)
}

// pools checks the ARNs of the user pools: a list, or the placeholder of package
// deployable, which is replaced at deployment.
func (l *linter) pools(v *visit) {
	arns := v.at("providerARNs")
	if arns.node.Str() == deployable.PoolARNsPlaceholder {
		return
	}
	if arns == v || arns.node.Kind != tree.Array || len(arns.node.Items) == 0 {
		l.report(arns, authorizerShape, "a Cognito authorizer needs the list providerARNs")
		return
	}
	first := ""
	for i, item := range arns.node.Items {
		partition, ok := apigateway.PoolPartition(item.Str())
		switch {
		case !ok:
			l.report(arns.item(i), authorizerShape, "%.80q is not the ARN of a user pool", item.Text)
		case first == "":
			first = partition
		case partition != first:
			l.report(arns.item(i), authorizerShape,
				"the user pool is in the partition %s and the first one in %s: an API can use pools of its own partition only",
				partition, first)
		}
	}
}
