package comments_test

import (
	"testing"

	"github.com/meridian-api/meridian/contract/generate/internal/comments"
)

func TestMarkdown(t *testing.T) {
	tests := map[string]struct{ text, want string }{
		"empty":                {text: "\n", want: ""},
		"lines of a paragraph": {text: "One\ntwo.\n\nThree\nfour.\n", want: "One two.\n\nThree four."},
		"a list": {
			text: "Of:\n  - one,\n    still one\n  - two\n\nEnd.\n",
			want: "Of:\n- one, still one\n- two\n\nEnd.",
		},
		"a numbered list":               {text: "Steps:\n 1. one\n 2. two\n", want: "Steps:\n1. one\n2. two"},
		"a year at the start of a line": {text: "It was in\n1984 or so.\n", want: "It was in 1984 or so."},
		"code": {
			text: "Like\n\n\tif x {\n\t\ty\n\t}\n\nso.\n",
			want: "Like\n\n    if x {\n    \ty\n    }\n\nso.",
		},
		"a table": {
			text: "Of:\n\n\t| a | b |\n\t|---|---|\n\t| 1 |\n\nThen\n| c |\n|---|\nend\nof it.\n",
			want: "Of:\n\n| a | b |\n|---|---|\n| 1 |\n\nThen\n| c |\n|---|\nend of it.",
		},
		"a heading": {text: "# Title\n\nText.\n", want: "# Title\n\nText."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := comments.Markdown(test.text); got != test.want {
				t.Errorf("Markdown(%q) = %q, want %q", test.text, got, test.want)
			}
		})
	}
}

func TestSentence(t *testing.T) {
	tests := map[string]struct{ text, first, rest string }{
		"empty":               {},
		"without a full stop": {text: "One", first: "One"},
		"one sentence":        {text: "One.", first: "One"},
		"two sentences":       {text: "One. Two.", first: "One", rest: "Two."},
		"full stops within": {
			text:  "One: v1.2, e.g. this. Two.\n\nThree.",
			first: "One: v1.2, e.g. this", rest: "Two.\n\nThree.",
		},
		"two paragraphs":             {text: "One\n\nTwo.", first: "One", rest: "Two."},
		"a capital beyond ASCII":     {text: "Bis 10 Uhr. Übrigens.", first: "Bis 10 Uhr", rest: "Übrigens."},
		"several spaces after a dot": {text: "One.  Two.", first: "One", rest: "Two."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if first, rest := comments.Sentence(test.text); first != test.first || rest != test.rest {
				t.Errorf("Sentence(%q) = %q, %q, want %q, %q", test.text, first, rest, test.first, test.rest)
			}
		})
	}
}

func TestWithoutName(t *testing.T) {
	tests := map[string]struct {
		text, name string
		// withoutName and withoutSubject are the results of the two functions.
		withoutName, withoutSubject string
	}{
		"a verb":       {text: "Get reads it", name: "Get", withoutName: "Reads it", withoutSubject: "Get reads it"},
		"is":           {text: "Item is one's item", name: "Item", withoutName: "One's item", withoutSubject: "One's item"},
		"are":          {text: "Tags are words", name: "Tags", withoutName: "Words", withoutSubject: "Words"},
		"a noun":       {text: "Name to show", name: "Name", withoutName: "To show", withoutSubject: "Name to show"},
		"another word": {text: "Tags are it", name: "Tag", withoutName: "Tags are it", withoutSubject: "Tags are it"},
		"nothing else": {text: "Get", name: "Get", withoutName: "Get", withoutSubject: "Get"},
		"empty":        {name: "Get"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := comments.WithoutName(test.text, test.name); got != test.withoutName {
				t.Errorf("WithoutName(%q) = %q, want %q", test.text, got, test.withoutName)
			}
			if got := comments.WithoutSubject(test.text, test.name); got != test.withoutSubject {
				t.Errorf("WithoutSubject(%q) = %q, want %q", test.text, got, test.withoutSubject)
			}
		})
	}
}
