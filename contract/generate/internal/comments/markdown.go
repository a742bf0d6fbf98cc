package comments

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Markdown converts the text of a Go doc comment to Markdown. The two agree on
// paragraphs, lists, headings and indented code. A comment has line breaks that fit
// the source, which Markdown joins. Rows of a table, which begin with |, stay lines.
func Markdown(text string) string {
	var out []string
	joins := false // the next line continues the last one
	for line := range strings.Lines(strings.TrimSpace(text)) {
		line = strings.TrimRight(line, " \t\n")
		plain := strings.TrimLeft(line, " \t")
		indented := len(plain) < len(line)
		switch {
		case plain == "":
			joins = false
			out = append(out, "")
		case strings.HasPrefix(plain, "|"):
			joins = false
			out = append(out, plain)
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

// Sentence splits Markdown into its first sentence, without the full stop, and the
// rest. A full stop within a sentence ("e.g. this") is not followed by a capital.
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

// WithoutName removes the Go name at the beginning of a doc comment, which means
// nothing to a client: "Get reads an account" becomes "Reads an account", "Account
// is a customer's account" becomes "A customer's account".
func WithoutName(text, name string) string {
	rest, ok := strings.CutPrefix(text, name+" ")
	if !ok {
		return text
	}
	return capital(withoutBe(rest))
}

// WithoutSubject removes the Go name only before "is" and "are". It does not change
// "Name to address the customer by", where the Go name is a word of the sentence.
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
