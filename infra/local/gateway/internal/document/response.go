package document

import (
	"maps"
	"net/http"
	"slices"

	"github.com/meridian-api/meridian/contract/apigateway"
)

// GatewayResponse is a customized gateway response.
type GatewayResponse struct {
	// Status replaces API Gateway's status; 0 keeps it.
	Status int
	Header http.Header
	// MediaType and Body are the media type and the text of the only template. Body is
	// nil if the document has no template, which keeps API Gateway's.
	MediaType string
	Body      Template
}

func (l *loader) gatewayResponses() map[string]*GatewayResponse {
	all := map[string]*GatewayResponse{}
	at := pointer("").child(apigateway.GatewayResponsesExtension)
	var docs map[string]integrationResponse
	value := l.doc.GatewayResponses
	if value == nil || !l.decode(at, value, &docs) {
		return all
	}
	for _, kind := range slices.Sorted(maps.Keys(docs)) {
		at, doc := at.child(kind), docs[kind]
		r := &GatewayResponse{Status: int(doc.StatusCode), Header: http.Header{}}
		l.headers(at.child("responseParameters"), doc.ResponseParameters, apigateway.ToGatewayHeader, r.Header)
		at = at.child("responseTemplates")
		if len(doc.ResponseTemplates) > 1 {
			l.refuse(at, "choosing among several templates by Accept is not supported: write one")
		}
		for mediaType, text := range doc.ResponseTemplates {
			body, err := l.parseTemplate(text)
			if err != nil {
				l.refuse(at.child(mediaType), "%v", err)
			}
			r.MediaType, r.Body = mediaType, body
		}
		all[kind] = r
	}
	return all
}
