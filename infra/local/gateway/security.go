package gateway

import (
	"maps"
	"regexp"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

const cognitoAuthorizer = "cognito_user_pools"

var poolARN = regexp.MustCompile(`^arn:aws:cognito-idp:[a-z0-9-]+:\d{12}:userpool/[A-Za-z0-9_-]+$`)

// securitySchemes builds the authorizers, used or not: API Gateway creates them all.
func (l *loader) securitySchemes() {
	if l.doc.Components == nil {
		return
	}
	schemes := l.doc.Components.SecuritySchemes
	if len(schemes) > maxAuthorizers {
		l.add("/components/securitySchemes", "%d authorizers: API Gateway has at most %d", len(schemes), maxAuthorizers)
	}
	keys := make(map[string]*keySet) // of one pool, whichever scheme names it
	for _, name := range slices.Sorted(maps.Keys(schemes)) {
		if ref := schemes[name]; ref != nil && ref.Value != nil {
			at := pointer("").child("components", "securitySchemes", name)
			l.authorizers[name] = l.authorizer(at, ref.Value, keys)
		}
	}
}

func (l *loader) authorizer(at pointer, scheme *openapi3.SecurityScheme, keys map[string]*keySet) *authorizer {
	a := &authorizer{header: scheme.Name}
	if scheme.Type != "apiKey" || scheme.In != "header" || !validHeaderName(scheme.Name) {
		l.add(at, "an authorizer's scheme has type apiKey, in header and a header's name")
	}
	if kind := scheme.Extensions[extension+"authtype"]; kind != cognitoAuthorizer {
		l.add(at.child(extension+"authtype"), "%v is not emulated: %s is", kind, cognitoAuthorizer)
	}
	var doc struct {
		Type         string
		ProviderARNs []string
	}
	at = at.child(extension + "authorizer")
	value, ok := scheme.Extensions[extension+"authorizer"]
	if !ok {
		l.add(at, "the scheme has no authorizer: API keys are not emulated")
		return a
	}
	if !l.decode(at, value, &doc) {
		return a
	}
	if doc.Type != cognitoAuthorizer {
		l.add(at.child("type"), "%q is not emulated: %s is", doc.Type, cognitoAuthorizer)
	}
	if len(doc.ProviderARNs) == 0 {
		l.add(at.child("providerARNs"), "the authorizer has no user pool")
	}
	for i, arn := range doc.ProviderARNs {
		source, ok := l.cfg.Pools[arn]
		if !poolARN.MatchString(arn) || !ok {
			l.add(at.child("providerARNs").index(i), "%s is no user pool known to the emulator", arn)
			continue
		}
		if keys[arn] == nil {
			keys[arn] = newKeySet(source.JWKSURL, l.cfg.Now)
		}
		a.pools = append(a.pools, userPool{issuer: source.Issuer, keys: keys[arn]})
	}
	return a
}

// security finds the one authorizer of an operation.
func (l *loader) security(at pointer, op *operation, doc *openapi3.SecurityRequirements) {
	if doc == nil || len(*doc) == 0 {
		return
	}
	at = at.child("security")
	if len(*doc) > 1 || len((*doc)[0]) != 1 {
		l.add(at, "API Gateway has one authorizer per method")
		return
	}
	for name, scopes := range (*doc)[0] {
		op.authorizer, op.scopes = l.authorizers[name], scopes
		if op.authorizer == nil {
			l.add(at.index(0), "there is no security scheme %q", name)
		}
	}
}
