package compat

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/diff"
	"github.com/oasdiff/oasdiff/load"
)

// The rules of this package, beside oasdiff's.
const (
	contractAdded         = "contract-added"
	unjudged              = "unjudged-change"
	removedWithoutWarning = "removed-without-deprecation"
	removedWithWarning    = "removed-with-deprecation"
)

// stricter are rules of oasdiff that spare changes which break clients here.
var stricter = map[string]checker.Level{
	// The generator marks no response header as required, so every one counts
	// as optional; clients rely on ETag and Location all the same.
	"optional-response-header-removed": checker.ERR,
	// Generated clients name their methods after operationIds.
	"api-operation-id-removed": checker.ERR,
	// A deprecation is the warning; what breaks the client is the removal, and
	// that takes a major version (semver.org, "How should I handle deprecating
	// functionality?").
	"api-path-removed-with-deprecation":                   checker.ERR,
	"api-removed-with-deprecation":                        checker.ERR,
	"request-parameter-removed-with-deprecation":          checker.ERR,
	"request-property-removed-with-deprecation":           checker.ERR,
	"response-required-property-removed-with-deprecation": checker.ERR,
}

// compare lists what changed: the worst first, then by operation.
func compare(before, after document) ([]Change, error) {
	report, sources, err := difference(before, after)
	if err != nil {
		return nil, err
	}
	changes := []Change{}
	if report != nil {
		changes = judged(before, after, report, sources)
		changes = append(changes, notJudged(after, report, changes)...)
	}
	changes = append(changes, scopeChanges(before, after)...)
	if report != nil {
		more, err := hidden(before, after, changes)
		if err != nil {
			return nil, err
		}
		changes = append(changes, more...)
	}
	changes = append(changes, words(before, after, len(changes) == 0)...)
	slices.SortStableFunc(changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(b.Level.rank(), a.Level.rank()), comparePaths(a.Operation, b.Operation),
			cmp.Compare(a.ID, b.ID), cmp.Compare(a.Text, b.Text))
	})
	return changes, nil
}

// difference is what programs notice, as oasdiff sees it; nil if there is nothing.
func difference(before, after document) (*diff.Diff, *diff.OperationsSourcesMap, error) {
	config := diff.NewConfig(diff.WithExcludeElements([]string{
		diff.ExcludeExamplesOption, diff.ExcludeDescriptionOption, diff.ExcludeTitleOption,
		diff.ExcludeSummaryOption, diff.ExcludeEndpointsOption, diff.ExcludeExtensionsOption,
	}))
	report, sources, err := diff.GetWithOperationsSourcesMap(config,
		&load.SpecInfo{Url: before.file, Spec: before.doc}, &load.SpecInfo{Url: after.file, Spec: after.doc})
	if err != nil {
		return nil, nil, fmt.Errorf("compare %s with %s: %w", after, before, err)
	}
	return report, sources, nil
}

// comparePaths keeps the operations of one path together.
func comparePaths(a, b string) int {
	methodA, pathA, _ := strings.Cut(a, " ")
	methodB, pathB, _ := strings.Cut(b, " ")
	return cmp.Or(cmp.Compare(pathA, pathB), cmp.Compare(methodA, methodB))
}

// judged are the changes that oasdiff has a rule for. Its warnings, changes
// that may break, count as breaking: the version is the promise that they do not.
func judged(before, after document, report *diff.Diff, sources *diff.OperationsSourcesMap) []Change {
	config := checker.NewConfig(checker.GetAllChecks(), checker.WithSeverityLevels(stricter))
	words := checker.NewDefaultLocalizer()
	changes := []Change{}
	for _, c := range checker.CheckBackwardCompatibilityUntilLevel(config, report, sources, checker.INFO) {
		switch c.GetId() {
		case checker.APIVersionNotBumpedId, checker.APIVersionDecreasedId, checker.APIMajorVersionNotBumpedId:
			continue // versions are for the gate to judge
		}
		level := Compatible
		if c.IsBreaking() {
			level = Breaking
		}
		changes = append(changes, Change{
			ID: c.GetId(), Level: level, Operation: operation(c.GetOperation(), c.GetPath()),
			Text: oneLine(c.GetUncolorizedText(words)), Place: place(before, after, c),
		})
	}
	return changes
}

// place prefers the working tree: there the change can be mended.
func place(before, after document, c checker.Change) string {
	if s := c.GetRevisionSource(); s != nil && s.Line > 0 {
		return fmt.Sprintf("%s:%d", after.source, s.Line)
	}
	if s := c.GetBaseSource(); s != nil && s.Line > 0 {
		return fmt.Sprintf("%s:%d", before.source, s.Line)
	}
	return after.file
}

// notJudged are operations that differ in a way that no rule knows, such as
// another serialization of a parameter. They count as breaking, since nothing
// shows that they are not. An operation with a judged change is left to hidden.
func notJudged(after document, report *diff.Diff, known []Change) []Change {
	if report.PathsDiff == nil {
		return nil
	}
	var changes []Change
	for path, item := range report.PathsDiff.Modified {
		if item.OperationsDiff == nil {
			continue
		}
		for method, d := range item.OperationsDiff.Modified {
			rest := *d
			// These are judged by what they come to, not by how they are written.
			rest.SecurityDiff, rest.TagsDiff, rest.ExternalDocsDiff, rest.ExtensionsDiff = nil, nil, nil, nil
			name := operation(method, path)
			if rest.Empty() || slices.ContainsFunc(known, func(c Change) bool { return c.Operation == name }) {
				continue
			}
			changes = append(changes, Change{
				ID: unjudged, Level: Breaking, Operation: name,
				Text: "changed in a way that no rule judges, so it counts as breaking", Place: pointer(after, "paths", path, strings.ToLower(method)),
			})
		}
	}
	return changes
}

// removal is what the end of a whole context takes from its clients.
func removal(before document) []Change {
	changes := []Change{}
	eachOperation(before.doc, func(path, method string, o *openapi3.Operation) {
		c := Change{ID: removedWithoutWarning, Level: Breaking, Operation: operation(method, path),
			Text: "removed with its context, without having been deprecated", Place: pointer(before, "paths", path, strings.ToLower(method))}
		if o.Deprecated {
			c.ID, c.Text = removedWithWarning, "removed with its context, having been deprecated"
		}
		changes = append(changes, c)
	})
	return changes
}

// eachOperation visits a specification's operations by path and method.
func eachOperation(doc *openapi3.T, visit func(path, method string, o *openapi3.Operation)) {
	for _, path := range doc.Paths.InMatchingOrder() {
		operations := doc.Paths.Value(path).Operations()
		for _, method := range sortedKeys(operations) {
			visit(path, method, operations[method])
		}
	}
}

func operation(method, path string) string {
	return strings.TrimSpace(method + " " + path)
}

// oneLine keeps a text that quotes the contract from breaking out of its line
// of a terminal, by a newline or an escape sequence.
func oneLine(s string) string {
	plain := func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}
	return strings.Join(strings.Fields(strings.Map(plain, s)), " ")
}
