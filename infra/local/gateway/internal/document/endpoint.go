package document

import "github.com/meridian-api/meridian/contract/apigateway"

// endpointDisabled reports whether a server of the document disables the default
// endpoint of the API.
func (l *loader) endpointDisabled() bool {
	disabled := false
	for i, server := range l.doc.Servers {
		value := server.Endpoint
		if value == nil {
			continue
		}
		at := pointer("").child("servers").index(i).child(apigateway.EndpointConfigurationExtension)
		l.allow(at, value, apigateway.DisableExecuteAPIEndpoint)
		var configuration struct{ DisableExecuteAPIEndpoint bool }
		if l.decode(at, value, &configuration) {
			disabled = disabled || configuration.DisableExecuteAPIEndpoint
		}
	}
	return disabled
}
