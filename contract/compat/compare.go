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

// The rules of this package that are not about scopes, problems or documentation.
const (
	contractAdded         = "contract-added"
	unjudged              = "unjudged-change"
	removedWithoutWarning = "removed-without-deprecation"
	removedWithWarning    = "removed-with-deprecation"
)

// stricterLevels raises rules of oasdiff whose default level is too low for the
// clients of these contracts.
var stricterLevels = map[string]checker.Level{
	// The generator marks no response header as required, so oasdiff treats every
	// header as optional. Clients rely on ETag and Location all the same.
	"optional-response-header-removed": checker.ERR,
	// The generator marks a property with omitempty as optional. Clients rely on it
	// all the same: without nextCursor a client stops after the first page.
	"response-optional-property-removed":           checker.ERR,
	"response-optional-property-became-write-only": checker.ERR,
	// A default is what the server does for a client that sends nothing, and what a client
	// reads where the server sends nothing.
	"request-body-default-value-changed":      checker.ERR,
	"request-body-default-value-removed":      checker.ERR,
	"request-parameter-default-value-changed": checker.ERR,
	"request-parameter-default-value-removed": checker.ERR,
	"request-property-default-value-changed":  checker.ERR,
	"request-property-default-value-removed":  checker.ERR,
	"response-body-default-value-changed":     checker.ERR,
	"response-body-default-value-removed":     checker.ERR,
	"response-property-default-value-changed": checker.ERR,
	"response-property-default-value-removed": checker.ERR,
	// Clients choose a variant by the property and the values of the discriminator, whether
	// or not the variants limit the property in their schemas.
	"request-body-discriminator-mapping-changed":            checker.ERR,
	"request-body-discriminator-mapping-deleted":            checker.ERR,
	"request-body-discriminator-property-name-changed":      checker.ERR,
	"request-property-discriminator-mapping-changed":        checker.ERR,
	"request-property-discriminator-mapping-deleted":        checker.ERR,
	"request-property-discriminator-property-name-changed":  checker.ERR,
	"response-body-discriminator-mapping-added":             checker.ERR,
	"response-body-discriminator-mapping-changed":           checker.ERR,
	"response-body-discriminator-property-name-changed":     checker.ERR,
	"response-property-discriminator-mapping-added":         checker.ERR,
	"response-property-discriminator-mapping-changed":       checker.ERR,
	"response-property-discriminator-property-name-changed": checker.ERR,
	// Generated clients name their methods after operationIds.
	"api-operation-id-removed": checker.ERR,
	// A deprecation is a warning. The removal still breaks clients and needs a
	// major version (semver.org, "How should I handle deprecating functionality?"),
	// unless the warning has lasted: see Notice.
	"api-path-removed-with-deprecation":                   checker.ERR,
	"api-removed-with-deprecation":                        checker.ERR,
	"request-parameter-removed-with-deprecation":          checker.ERR,
	"request-property-removed-with-deprecation":           checker.ERR,
	"response-required-property-removed-with-deprecation": checker.ERR,
}

// compare returns all changes, sorted by descending level, then by operation.
func compare(before, after document) ([]Change, error) {
	taken := append(takeOpenVariants(before, after), takeRequiredHeaders(before, after)...)
	report, sources, err := difference(before, after)
	if err != nil {
		return nil, err
	}
	changes := []Change{}
	if report != nil {
		changes = coveredChanges(before, after, report, sources)
		changes = append(changes, uncoveredChanges(after, report, changes)...)
	}
	changes = append(changes, scopeChanges(before, after)...)
	changes = append(changes, problemChanges(before, after)...)
	changes = append(changes, headerChanges(before, after)...)
	changes = append(changes, serverChanges(before, after)...)
	changes = append(changes, opennessChanges(before, after)...)
	changes = append(changes, renameChanges(before, after)...)
	changes = append(changes, taken...)
	if report != nil {
		hidden, err := hiddenChanges(before, after, changes)
		if err != nil {
			return nil, err
		}
		changes = append(changes, hidden...)
	}
	changes = append(changes, documentationChanges(before, after, len(changes) == 0)...)
	sortChanges(changes)
	return changes, nil
}

// sortChanges sorts by descending level, then by operation.
func sortChanges(changes []Change) {
	slices.SortStableFunc(changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(b.Level.rank(), a.Level.rank()), compareOperations(a.Operation, b.Operation),
			cmp.Compare(a.ID, b.ID), cmp.Compare(a.Text, b.Text))
	})
}

// difference returns the differences that oasdiff finds between two documents,
// apart from documentation and extensions. The diff is nil if there are no differences.
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

// compareOperations orders operations by path, then by method.
func compareOperations(a, b string) int {
	methodA, pathA, _ := strings.Cut(a, " ")
	methodB, pathB, _ := strings.Cut(b, " ")
	return cmp.Or(cmp.Compare(pathA, pathB), cmp.Compare(methodA, methodB))
}

// coveredChanges returns the changes that a rule of oasdiff covers. Its warnings
// are about changes that may break a client. They count as breaking, because a
// version promises that no client breaks.
func coveredChanges(before, after document, report *diff.Diff, sources *diff.OperationsSourcesMap) []Change {
	config := checker.NewConfig(checker.GetAllChecks(), checker.WithSeverityLevels(stricterLevels))
	localize := checker.NewDefaultLocalizer()
	changes := []Change{}
	for _, c := range checker.CheckBackwardCompatibilityUntilLevel(config, report, sources, checker.INFO) {
		switch c.GetId() {
		case checker.APIVersionNotBumpedId, checker.APIVersionDecreasedId, checker.APIMajorVersionNotBumpedId:
			continue // Gate checks versions
		}
		level := Compatible
		if c.IsBreaking() {
			level = Breaking
		}
		changes = append(changes, Change{
			ID: c.GetId(), Level: level, Operation: operation(c.GetOperation(), c.GetPath()),
			Text: oneLine(c.GetUncolorizedText(localize)), Location: location(before, after, c),
		})
	}
	return changes
}

// location returns the line of a change, if possible in the working tree, where
// the change can be fixed.
func location(before, after document, c checker.Change) string {
	if s := c.GetRevisionSource(); s != nil && s.Line > 0 {
		return fmt.Sprintf("%s:%d", after.source, s.Line)
	}
	if s := c.GetBaseSource(); s != nil && s.Line > 0 {
		return fmt.Sprintf("%s:%d", before.source, s.Line)
	}
	return after.file
}

// uncoveredChanges returns a change for each operation that differs in a way
// that no rule covers, such as another serialization of a parameter. Such a
// change counts as breaking, because nothing shows that it is compatible. An
// operation with a known change is left to hiddenChanges.
func uncoveredChanges(after document, report *diff.Diff, known []Change) []Change {
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
			// Rules compare the effect of these, not how they are written.
			rest.SecurityDiff, rest.TagsDiff, rest.ExternalDocsDiff, rest.ExtensionsDiff = nil, nil, nil, nil
			name := operation(method, path)
			if rest.Empty() || slices.ContainsFunc(known, func(c Change) bool { return c.Operation == name }) {
				continue
			}
			changes = append(changes, Change{
				ID: unjudged, Level: Breaking, Operation: name,
				Text:     "changed in a way that no rule covers, which counts as breaking",
				Location: pointer(after, "paths", path, strings.ToLower(method)),
			})
		}
	}
	return changes
}

// removal returns a change for each operation of a context that was removed.
func removal(before document) []Change {
	changes := []Change{}
	eachOperation(before.doc, func(path, method string, o *openapi3.Operation) {
		c := Change{
			ID: removedWithoutWarning, Level: Breaking, Operation: operation(method, path),
			Text:     "removed with its context without a deprecation",
			Location: pointer(before, "paths", path, strings.ToLower(method)),
		}
		if o.Deprecated {
			c.ID, c.Text = removedWithWarning, "removed with its context after a deprecation"
		}
		changes = append(changes, c)
	})
	return changes
}

// eachOperation calls visit for every operation, in order of path and method.
func eachOperation(doc *openapi3.T, visit func(path, method string, o *openapi3.Operation)) {
	for _, path := range doc.Paths.InMatchingOrder() {
		operations := doc.Paths.Value(path).Operations()
		for _, method := range sortedKeys(operations) {
			visit(path, method, operations[method])
		}
	}
}

// eachCommonOperation calls visit for every operation that both documents have.
func eachCommonOperation(
	before, after document, visit func(path, method string, old, current *openapi3.Operation),
) {
	eachOperation(after.doc, func(path, method string, current *openapi3.Operation) {
		if item := before.doc.Paths.Value(path); item != nil && item.GetOperation(method) != nil {
			visit(path, method, item.GetOperation(method), current)
		}
	})
}

func operation(method, path string) string {
	return strings.TrimSpace(method + " " + path)
}

// oneLine replaces control characters and runs of white space by a space. Text
// quoted from a document cannot add lines or escape sequences to a terminal.
func oneLine(s string) string {
	replaceControl := func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}
	return strings.Join(strings.Fields(strings.Map(replaceControl, s)), " ")
}
