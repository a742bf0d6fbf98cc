package expr

import "strings"

type tokenKind uint8

const (
	tokenEnd    tokenKind = iota
	tokenIdent            // an attribute name, function name or keyword
	tokenName             // #name
	tokenValue            // :value
	tokenNumber           // a list index
	tokenSymbol           // ( ) [ ] , . = <> < <= > >= + -
)

type token struct {
	kind       tokenKind
	text       string
	start, end int
}

const (
	letters   = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits    = "0123456789"
	wordChars = letters + digits + "_"
)

// tokens splits the source into tokens. A character that starts no token becomes a
// symbol, which the parser then rejects.
func tokens(source string) []token {
	var list []token
	for at := 0; ; {
		rest := strings.TrimLeft(source[at:], " \t\r\n")
		at = len(source) - len(rest)
		if rest == "" {
			return append(list, token{kind: tokenEnd, text: "<EOF>", start: at, end: at})
		}
		kind, length := scan(rest)
		list = append(list, token{kind: kind, text: rest[:length], start: at, end: at + length})
		at += length
	}
}

func scan(rest string) (tokenKind, int) {
	run := func(from int, allowed string) int {
		tail := rest[from:]
		return from + len(tail) - len(strings.TrimLeft(tail, allowed))
	}
	switch first := rest[0]; {
	case strings.IndexByte(letters, first) >= 0:
		return tokenIdent, run(1, wordChars)
	case first == '#' && run(1, wordChars) > 1:
		return tokenName, run(1, wordChars)
	case first == ':' && run(1, wordChars) > 1:
		return tokenValue, run(1, wordChars)
	case first == '0':
		return tokenNumber, 1
	case strings.IndexByte(digits, first) >= 0:
		return tokenNumber, run(1, digits)
	case strings.HasPrefix(rest, "<>"), strings.HasPrefix(rest, "<="), strings.HasPrefix(rest, ">="):
		return tokenSymbol, 2
	default:
		return tokenSymbol, 1
	}
}

func (t token) is(symbol string) bool { return t.kind == tokenSymbol && t.text == symbol }

func (t token) keyword(name string) bool {
	return t.kind == tokenIdent && strings.EqualFold(t.text, name)
}
