package collection

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
)

// HTTPFile is the name of the file for the HTTP clients of editors.
const HTTPFile = "api.http"

// HTTP returns the requests as the HTTP clients of JetBrains' IDEs, Visual Studio and
// Visual Studio Code read them.
func HTTP(requests []Request) []byte {
	var b bytes.Buffer
	b.WriteString("# An example request for each operation. The variables baseUrl, token, adminToken,\n" +
		"# subject and email (the user's) are in http-client.env.json, which 'go tool mage up' writes.\n")
	for _, r := range requests {
		fmt.Fprintf(&b, "\n### %s\n# @name %s\n%s", oneLine(r.Summary), r.ID, personal.Replace(r.http()))
	}
	return b.Bytes()
}

// http returns the request without its title.
func (r Request) http() string {
	var b strings.Builder
	for _, v := range r.Query {
		if v.Optional {
			fmt.Fprintf(&b, "# Optional query parameter: %s=%s\n", v.Name, oneLine(url.QueryEscape(v.Value)))
		}
	}
	for _, v := range r.Headers {
		if v.Optional {
			fmt.Fprintf(&b, "# Optional header: %s: %s\n", v.Name, oneLine(v.Value))
		}
	}
	fmt.Fprintf(&b, "%s {{baseUrl}}%s%s\n", r.Method, r.path(url.PathEscape), r.query())
	if r.Token != "" {
		fmt.Fprintf(&b, "Authorization: Bearer {{%s}}\n", r.Token)
	}
	for _, v := range r.Headers {
		if !v.Optional {
			fmt.Fprintf(&b, "%s: %s\n", v.Name, oneLine(v.Value))
		}
	}
	if r.Body != "" {
		fmt.Fprintf(&b, "Content-Type: %s\n\n%s\n", r.ContentType, r.Body)
	}
	return b.String()
}

// path returns the path with its values.
func (r Request) path(escape func(string) string) string {
	path := r.Path
	for _, v := range r.PathValues {
		path = strings.ReplaceAll(path, "{"+v.Name+"}", escape(v.Value))
	}
	return path
}

// query returns the required query parameters, with the question mark.
func (r Request) query() string {
	values := url.Values{}
	for _, v := range r.Query {
		if !v.Optional {
			values.Set(v.Name, v.Value)
		}
	}
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
