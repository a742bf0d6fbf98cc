package pipeline_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/pipeline"
)

// TestDescriptionsAreProductText checks the descriptions of the merged document, which come
// from Go comments: each is a sentence for clients that does not begin like a comment of
// Go, with the name of a type or field and a verb.
func TestDescriptionsAreProductText(t *testing.T) {
	merged, err := pipeline.Merge("../..")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	check := func(at, name, text string) {
		checked++
		goComment := regexp.MustCompile(`^(?i:` + regexp.QuoteMeta(name) + `) ([a-z]+s|is|are) `)
		switch {
		case !strings.HasSuffix(text, ".") || len(strings.Fields(text)) < 2:
			t.Errorf("%s: the description %q is not a sentence", at, text)
		case name != "" && goComment.MatchString(text):
			t.Errorf("%s: the description %q begins with a name of Go", at, text)
		}
	}
	for name, ref := range merged.Doc.Components.Schemas {
		check(name, name, ref.Value.Description)
		for property, ref := range ref.Value.Properties {
			check(name+"."+property, property, ref.Value.Description)
		}
	}
	for path, item := range merged.Doc.Paths.Map() {
		for method, op := range item.Operations() {
			at := method + " " + path
			check(at, "", op.Description)
			for _, ref := range op.Parameters {
				check(fmt.Sprintf("%s: %s", at, ref.Value.Name), "", ref.Value.Description)
			}
			for status, ref := range op.Responses.Map() {
				check(at+": "+status, "", *ref.Value.Description)
				for header, ref := range ref.Value.Headers {
					check(at+": "+status+" "+header, header, ref.Value.Description)
				}
			}
		}
	}
	if checked < 100 {
		t.Errorf("the document has %d descriptions, so the test proves little", checked)
	}
}
