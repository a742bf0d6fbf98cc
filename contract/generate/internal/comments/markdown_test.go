package comments_test

import (
	"testing"

	"github.com/meridian-api/meridian/contract/generate/internal/comments"
)

func TestMarkdown(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "\n", ""},
		{"lines of a paragraph", "One\ntwo.\n\nThree\nfour.\n", "One two.\n\nThree four."},
		{"list", "Of:\n  - one,\n    still one\n  - two\n\nEnd.\n", "Of:\n- one, still one\n- two\n\nEnd."},
		{"numbers", "Steps:\n 1. one\n 2. two\n", "Steps:\n1. one\n2. two"},
		{"a year is no item", "It was in\n1984 or so.\n", "It was in 1984 or so."},
		{"code", "Like\n\n\tif x {\n\t\ty\n\t}\n\nso.\n", "Like\n\n    if x {\n    \ty\n    }\n\nso."},
		{"heading", "# Title\n\nText.\n", "# Title\n\nText."},
	} {
		if got := comments.Markdown(c.text); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestSentence(t *testing.T) {
	for _, c := range []struct{ text, first, rest string }{
		{"", "", ""},
		{"One", "One", ""},
		{"One.", "One", ""},
		{"One. Two.", "One", "Two."},
		{"One: v1.2, e.g. this. Two.\n\nThree.", "One: v1.2, e.g. this", "Two.\n\nThree."},
		{"One\n\nTwo.", "One", "Two."},
		{"Bis 10 Uhr. Übrigens.", "Bis 10 Uhr", "Übrigens."},
	} {
		if first, rest := comments.Sentence(c.text); first != c.first || rest != c.rest {
			t.Errorf("%q: %q and %q, want %q and %q", c.text, first, rest, c.first, c.rest)
		}
	}
}

func TestWithoutName(t *testing.T) {
	for _, c := range []struct{ text, name, action, subject string }{
		{"Get reads it", "Get", "Reads it", "Get reads it"},
		{"Account is one's account", "Account", "One's account", "One's account"},
		{"Lines are what counts", "Lines", "What counts", "What counts"},
		{"Name to show", "Name", "To show", "Name to show"},
		{"Names are many", "Name", "Names are many", "Names are many"},
		{"Get", "Get", "Get", "Get"},
		{"", "Get", "", ""},
	} {
		if got := comments.WithoutName(c.text, c.name); got != c.action {
			t.Errorf("WithoutName(%q) = %q, want %q", c.text, got, c.action)
		}
		if got := comments.WithoutSubject(c.text, c.name); got != c.subject {
			t.Errorf("WithoutSubject(%q) = %q, want %q", c.text, got, c.subject)
		}
	}
}
