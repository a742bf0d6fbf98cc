package comments

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Markdown is the text of a Go doc comment as Markdown. The two agree on
// paragraphs, lists, headings and indented code; what differs is that a
// comment is broken to fit the source, and readers break lines themselves.
func Markdown(text string) string {
	var out []string
	joins := false // whether the next line continues the last one
	for line := range strings.Lines(strings.TrimSpace(text)) {
		line = strings.TrimRight(line, " \t\n")
		plain := strings.TrimLeft(line, " \t")
		indented := len(plain) < len(line)
		switch {
		case plain == "":
			joins = false
			out = append(out, "")
		case isItem(plain):
			joins = true
			out = append(out, plain)
		case joins:
			out[len(out)-1] += " " + plain
		case indented:
			out = append(out, "    "+strings.TrimPrefix(line, "\t"))
		default:
			joins = true
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

// isItem reports whether a line begins an item of a list.
func isItem(line string) bool {
	digits := strings.TrimLeft(line, "0123456789")
	return strings.HasPrefix(line, "- ") || len(digits) < len(line) && strings.HasPrefix(digits, ". ")
}

// Sentence divides Markdown into its first sentence, without the stop, and the
// rest. A stop inside a sentence ("e.g. this") is followed by no capital.
func Sentence(text string) (first, rest string) {
	paragraph, rest, _ := strings.Cut(text, "\n")
	for i := range len(paragraph) {
		if paragraph[i] != '.' {
			continue
		}
		after := paragraph[i+1:]
		next, _ := utf8.DecodeRuneInString(strings.TrimLeft(after, " "))
		if after == "" || strings.HasPrefix(after, " ") && unicode.IsUpper(next) {
			return paragraph[:i], strings.TrimSpace(after + "\n" + rest)
		}
	}
	return paragraph, strings.TrimSpace(rest)
}

// WithoutName takes away the Go name that a doc comment begins with, which
// means nothing to a client: "Get reads an account" becomes "Reads an account",
// "Account is a customer's account" becomes "A customer's account".
func WithoutName(text, name string) string {
	rest, ok := strings.CutPrefix(text, name+" ")
	if !ok {
		return text
	}
	return capital(withoutBe(rest))
}

// WithoutSubject is WithoutName for what is no action: it leaves "Name to
// address the customer by" alone, where the Go name is a word of the sentence.
func WithoutSubject(text, name string) string {
	if rest, ok := strings.CutPrefix(text, name+" "); ok && withoutBe(rest) != rest {
		return capital(withoutBe(rest))
	}
	return text
}

func withoutBe(text string) string {
	for _, verb := range []string{"is ", "are "} {
		if rest, ok := strings.CutPrefix(text, verb); ok {
			return rest
		}
	}
	return text
}

func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}
