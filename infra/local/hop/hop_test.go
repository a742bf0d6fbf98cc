package hop

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// clients are the files of the embedded cloud that send requests without this package,
// and why they may. They do not pass on requests of the API's clients, whose headers
// decide whether net/http repeats a request.
var clients = map[string]string{
	"hop/hop.go":         "this package",
	"control/client.go":  "sends a person's commands to the running cloud",
	"gateway/jwks.go":    "gets the keys of a user pool",
	"dynamodb/global.go": "signs requests of its own to DynamoDB Local",
	"dynamodb/remote.go": "signs requests of its own to DynamoDB Local",
}

// TestOtherTransportsForwardNothing checks that the parts of the embedded cloud that
// could send a request twice are known.
func TestOtherTransportsForwardNothing(t *testing.T) {
	found := map[string]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		if sendsRequests(file) {
			name := filepath.ToSlash(strings.TrimPrefix(path, "../"))
			found[name] = clients[name]
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(clients, found); diff != "" {
		t.Errorf("files that send requests (-known +found): use hop.Transport to forward them\n%s", diff)
	}
}

// sendsRequests reports whether a file refers to a transport or a client of net/http.
func sendsRequests(file *ast.File) bool {
	sends := false
	ast.Inspect(file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if pkg, ok := selector.X.(*ast.Ident); ok && pkg.Name == "http" {
			switch selector.Sel.Name {
			case "Transport", "DefaultTransport", "Client", "DefaultClient", "Get", "Head", "Post", "PostForm":
				sends = true
			}
		}
		return true
	})
	return sends
}
