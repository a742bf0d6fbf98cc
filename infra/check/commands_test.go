package check

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/contract/workspace"
)

var (
	// mageCommand is a command line of mage, whose options come after the target.
	mageCommand = regexp.MustCompile(`go tool mage ([A-Za-z][A-Za-z:]*)`)
	// goCommandLine is a command line of go that names a folder of one of the modules. Pages
	// also name contexts that are examples.
	goCommandLine = regexp.MustCompile(`go (?:run|test|build|vet) ` +
		`(\./(?:accounts|contract|infra|platform|profiles)\b[\w./-]*)`)
)

// TestCommandsOfThePages checks that the targets and folders in the commands of the
// repository's Markdown exist.
func TestCommandsOfThePages(t *testing.T) {
	ws, err := workspace.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	targets := mageTargets(t, ws.Root)
	commands := 0
	for page, text := range committed(t, ws.Root, "*.md", "*.md.tmpl") {
		for _, match := range mageCommand.FindAllStringSubmatch(text, -1) {
			commands++
			if !targets[strings.ToLower(match[1])] {
				t.Errorf("%s has %q: there is no such target", page, match[0])
			}
		}
		for _, match := range goCommandLine.FindAllStringSubmatch(text, -1) {
			commands++
			if folder := strings.TrimSuffix(match[1], "/..."); !isFolder(filepath.Join(ws.Root, folder)) {
				t.Errorf("%s has %q: there is no such folder", page, match[0])
			}
		}
	}
	if commands < 100 {
		t.Errorf("found only %d commands", commands)
	}
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// mageTargets returns the names of the repository's targets in lower case, in which mage
// compares them.
func mageTargets(t *testing.T, root string) map[string]bool {
	t.Helper()
	targets := map[string]bool{}
	for _, name := range []string{"magefile.go", "infra/targets/targets.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !f.Name.IsExported() {
				continue
			}
			target := f.Name.Name
			if f.Recv != nil {
				target = f.Recv.List[0].Type.(*ast.Ident).Name + ":" + target
			}
			targets[strings.ToLower(target)] = true
		}
	}
	return targets
}
