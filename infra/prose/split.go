package prose

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"
)

// goTexts returns the comments of a Go file, and the strings of a file that is
// not a test: those with a space in them, which are read by people. A generated file has
// no text of its own: its generator has it, or another project.
func goTexts(name string, data []byte) ([]text, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, data, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	if ast.IsGenerated(file) {
		return nil, nil
	}
	var texts []text
	for _, group := range file.Comments {
		texts = append(texts, text{line: set.Position(group.Pos()).Line, body: withoutCode(flatten(group.Text()))})
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if form := functionComment(n); form != "" {
				texts = append(texts, text{line: set.Position(n.Doc.Pos()).Line, form: form})
			}
		case *ast.BasicLit:
			if t, ok := stringText(name, n); ok {
				t.line = set.Position(n.Pos()).Line
				texts = append(texts, t)
			}
		case *ast.ImportSpec:
			return false
		}
		return true
	})
	return append(texts, declaredNames(set, file)...), nil
}

// stringText returns a string literal that reads as a sentence. Text in
// backquotes is data more often than prose, and struct tags are code.
func stringText(name string, lit *ast.BasicLit) (text, bool) {
	if lit.Kind != token.STRING || lit.Value[0] == '`' || strings.HasSuffix(name, "_test.go") {
		return text{}, false
	}
	value, err := strconv.Unquote(lit.Value)
	return text{body: value}, err == nil && strings.Contains(value, " ")
}

// wrongVerb matches the beginning of a function comment that describes a thing
// in place of an action.
var wrongVerb = regexp.MustCompile(`^(is|are|was|gives?|holds?|tells?|answers?|has|have)\b`)

func functionComment(f *ast.FuncDecl) string {
	first, rest, _ := strings.Cut(flatten(f.Doc.Text()), " ")
	if f.Doc == nil || first != f.Name.Name || strings.HasPrefix(f.Name.Name, "Example") {
		return ""
	}
	if m := wrongVerb.FindString(rest); m != "" {
		return fmt.Sprintf("the comment begins %q: say what the function does, such as returns, reports whether, parses", first+" "+m)
	}
	return ""
}

// markdownTexts returns the lines of a Markdown file without its code.
func markdownTexts(_ string, data []byte) ([]text, error) {
	var texts []text
	fenced := false
	for i, line := range strings.Split(string(data), "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
			continue
		}
		if fenced || strings.HasPrefix(line, "    ") {
			continue
		}
		texts = append(texts, text{line: i + 1, body: withoutCode(line)})
	}
	return texts, nil
}

// terraformTexts returns comments and quoted sentences.
func terraformTexts(_ string, data []byte) ([]text, error) {
	var texts []text
	for i, line := range strings.Split(string(data), "\n") {
		if _, comment, ok := strings.Cut(line, "#"); ok {
			texts = append(texts, text{line: i + 1, body: withoutCode(comment)})
		}
		if m := sentence.FindStringSubmatch(line); m != nil {
			texts = append(texts, text{line: i + 1, body: m[1]})
		}
	}
	return texts, nil
}

var (
	sentence = regexp.MustCompile(`(?:description|error_message)\s*=\s*"(.*)"`)
	code     = regexp.MustCompile("`[^`]*`|\"[^\"]*\"|\\]\\([^)]*\\)")
)

// withoutCode removes quotations, code and link targets, which are not prose.
func withoutCode(s string) string { return code.ReplaceAllString(s, " ` ") }

func flatten(s string) string { return strings.Join(strings.Fields(s), " ") }
