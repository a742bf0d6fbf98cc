package compat

import (
	"fmt"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// The rules for the servers of a document, which oasdiff does not judge.
const (
	serverRemoved = "server-removed"
	serverAdded   = "server-added"
)

// serverChanges compares the URLs of the servers, to which the paths are relative.
func serverChanges(before, after document) []Change {
	old, current := serverURLs(before.doc), serverURLs(after.doc)
	var changes []Change
	for _, url := range old {
		if !slices.Contains(current, url) {
			changes = append(changes, Change{
				ID: serverRemoved, Level: Breaking, Location: pointer(after, "servers"),
				Text: oneLine(fmt.Sprintf("the server `%s` was removed", url)),
			})
		}
	}
	for _, url := range current {
		if !slices.Contains(old, url) {
			changes = append(changes, Change{
				ID: serverAdded, Level: Compatible, Location: pointer(after, "servers"),
				Text: oneLine(fmt.Sprintf("the server `%s` was added", url)),
			})
		}
	}
	return changes
}

func serverURLs(doc *openapi3.T) []string {
	var list []string
	for _, s := range doc.Servers {
		list = append(list, s.URL)
	}
	return list
}
