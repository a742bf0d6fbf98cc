package collection

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"strings"
)

// BrunoFolder is the folder of Bruno's collection.
const BrunoFolder = "bruno"

// environmentFolder is the folder of the environments in BrunoFolder.
const environmentFolder = "environments"

// Bruno returns the files of a collection of Bruno by their path: one for each request, in a
// folder for each context.
func Bruno(title string, requests []Request) (map[string][]byte, error) {
	settings, err := json.MarshalIndent(map[string]any{"version": "1", "name": title, "type": "collection"}, "", "  ")
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"bruno.json": append(settings, '\n')}
	folders := 0
	for i, r := range requests {
		folder := fileName(r.Tag)
		if name := path.Join(folder, "folder.bru"); files[name] == nil {
			folders++
			files[name] = fmt.Appendf(nil, "meta {\n  name: %s\n  seq: %d\n}\n", oneLine(r.Tag), folders)
		}
		files[path.Join(folder, fileName(r.ID)+".bru")] = r.bruno(i + 1)
	}
	return files, nil
}

// bruno returns the file of a request in Bruno's language.
func (r Request) bruno(seq int) []byte {
	var b strings.Builder
	block := func(name string, lines ...string) {
		if len(lines) > 0 {
			fmt.Fprintf(&b, "%s {\n  %s\n}\n\n", name, strings.Join(lines, "\n  "))
		}
	}
	body, auth := "none", "none"
	if r.Body != "" {
		body = "json"
	}
	if r.Token != "" {
		auth = "bearer"
	}
	url := r.Path
	for _, v := range r.PathValues {
		url = strings.ReplaceAll(url, "{"+v.Name+"}", ":"+v.Name)
	}
	block("meta", "name: "+oneLine(r.ID), "type: http", fmt.Sprintf("seq: %d", seq))
	block(strings.ToLower(r.Method), "url: {{baseUrl}}"+url+r.query(), "body: "+body, "auth: "+auth)
	block("params:query", values(r.Query)...)
	block("params:path", values(r.PathValues)...)
	headers := r.Headers
	if r.Body != "" {
		headers = append([]Value{{Name: "Content-Type", Value: r.ContentType}}, headers...)
	}
	block("headers", values(headers)...)
	if r.Token != "" {
		block("auth:bearer", "token: {{"+r.Token+"}}")
	}
	if r.Body != "" {
		block("body:json", strings.Split(r.Body, "\n")...)
	}
	if len(r.Success) > 0 {
		block("assert", "res.status: in ["+strings.Join(r.Success, ", ")+"]")
	}
	request := personal.Replace(b.String())
	b.Reset()
	block("docs", strings.Split(strings.TrimSpace(r.Summary+"\n\n"+r.Description), "\n")...)
	return []byte(request + strings.TrimRight(b.String(), "\n") + "\n")
}

// values returns the lines of values. Bruno does not send those with a tilde.
func values(list []Value) []string {
	var lines []string
	for _, v := range list {
		line := v.Name + ": " + oneLine(v.Value)
		if v.Optional {
			line = "~" + line
		}
		lines = append(lines, line)
	}
	return lines
}

var unusual = regexp.MustCompile(`[^A-Za-z0-9_-]+`)

// fileName returns a name that every file system takes.
func fileName(s string) string { return unusual.ReplaceAllString(s, "-") }
