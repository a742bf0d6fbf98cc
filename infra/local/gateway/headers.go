package gateway

import (
	"slices"
	"strings"

	"github.com/meridian-api/meridian/contract/apigateway"
	"github.com/meridian-api/meridian/infra/local/headercase"
)

// replaced are the headers that the gateway sets whatever the client sent. Keys
// are canonical, as net/http has them.
var replaced = map[string]bool{
	"Host": true, "X-Amzn-Trace-Id": true, "X-Forwarded-For": true, "X-Forwarded-Port": true, "X-Forwarded-Proto": true,
}

// eventHeader is a header of the event. Its name has the client's spelling.
type eventHeader struct {
	name   string
	values []string // of which the single-value map has the last one
}

// eventHeaders returns the headers of the event, sorted by name.
func (x *exchange) eventHeaders() []eventHeader {
	list := make([]eventHeader, 0, len(x.r.Header)+len(replaced))
	set := func(name string, values ...string) { list = append(list, eventHeader{name, values}) }
	spelled := headercase.Names(x.r)
	for key, values := range x.r.Header {
		if len(values) == 0 || replaced[key] || apigateway.DropsRequestHeader(key) || key == "Content-Encoding" && x.inflated {
			continue
		}
		set(spelled.Name(key), values...)
	}
	set(spelled.Name("Host"), x.r.Host)
	set("X-Amzn-Trace-Id", x.trace.header)
	set("X-Forwarded-For", strings.Join(append(x.r.Header.Values("X-Forwarded-For"), x.sourceIP), ", "))
	// API Gateway serves HTTPS only. On AWS, no function receives another port or scheme.
	set("X-Forwarded-Port", "443")
	set("X-Forwarded-Proto", "https")
	slices.SortFunc(list, func(a, b eventHeader) int { return strings.Compare(a.name, b.name) })
	return list
}
