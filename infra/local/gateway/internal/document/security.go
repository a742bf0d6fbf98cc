package document

import (
	"maps"
	"slices"

	"golang.org/x/net/http/httpguts"

	"github.com/meridian-api/meridian/contract/apigateway"
)

// Authorizer is a Cognito authorizer. Operations that name the same security
// scheme share it.
type Authorizer struct {
	// Header is the request header with the token.
	Header string
	// Pools are the ARNs of the user pools.
	Pools []string
}

// securitySchemes loads the authorizers, used or not: API Gateway creates them all.
func (l *loader) securitySchemes() {
	schemes := l.doc.Components.SecuritySchemes
	for _, name := range slices.Sorted(maps.Keys(schemes)) {
		l.authorizers[name] = l.authorizer(pointer("").child("components", "securitySchemes", name), schemes[name])
	}
}

func (l *loader) authorizer(at pointer, scheme securityScheme) *Authorizer {
	a := &Authorizer{Header: scheme.Name}
	if !httpguts.ValidHeaderFieldName(scheme.Name) {
		l.refuse(at.child("name"), "%q is not the name of a header", scheme.Name)
	}
	if kind := scheme.AuthType; kind != nil && *kind != apigateway.CognitoAuthorizer {
		l.refuse(at.child(apigateway.AuthTypeExtension), "%s is not supported: write %s", *kind, apigateway.CognitoAuthorizer)
	}
	at = at.child(apigateway.AuthorizerExtension)
	value := scheme.Authorizer
	if value == nil {
		l.refuse(at, "the scheme has no authorizer: API keys and IAM are not supported")
		return a
	}
	l.allow(at, value, "type", "providerARNs")
	var doc struct {
		Type         string
		ProviderARNs []string
	}
	if !l.decode(at, value, &doc) {
		return a
	}
	if doc.Type != apigateway.CognitoAuthorizer {
		l.refuse(at.child("type"), "%q is not supported: write %s", doc.Type, apigateway.CognitoAuthorizer)
	}
	for i, arn := range doc.ProviderARNs {
		if !l.opts.IsPool(arn) {
			l.refuse(at.child("providerARNs").index(i), "the emulator knows no user pool %s", arn)
		}
	}
	a.Pools = doc.ProviderARNs
	return a
}

// security finds the one authorizer of an operation.
func (l *loader) security(at pointer, op *Operation, doc []map[string][]string) {
	if len(doc) == 0 {
		return
	}
	if len(doc) > 1 || len(doc[0]) != 1 {
		l.refuse(at.child("security"), "one authorizer per method is supported, and no API key beside it")
		return
	}
	for name, scopes := range doc[0] {
		op.Authorizer, op.Scopes = l.authorizers[name], scopes
		if op.Authorizer == nil { // never without a check
			l.refuse(at.child("security").index(0), "there is no security scheme %q", name)
		}
	}
}
