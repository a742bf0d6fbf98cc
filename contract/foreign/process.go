package foreign

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/openapi31"
)

// Validator is a validator of another language. It is a program that reads a file with
// the schemas and then validates a value for each line of its input.
type Validator struct {
	Name string
	// Variable is the environment variable with the place of the installed packages,
	// which Install describes.
	Variable, Install string

	program, script string
	command         func(place, script string) *exec.Cmd
}

//go:embed ajv.mjs
var ajvScript string

//go:embed oas.py
var oasScript string

// Validators returns the validators. Their packages are pinned, with hashes, in
// package-lock.json and requirements.txt beside this file.
func Validators() []Validator {
	return []Validator{
		{
			Name: "ajv", Variable: "AJV_DIR",
			Install: "a folder with package.json and package-lock.json of contract/foreign, after npm ci",
			program: ajvScript, script: "ajv.mjs",
			command: func(_, script string) *exec.Cmd { return exec.Command("node", script) },
		},
		{
			Name: "openapi-schema-validator", Variable: "OAS30_PYTHON",
			Install: "the python of a virtual environment, after pip install --require-hashes -r contract/foreign/requirements.txt",
			program: oasScript, script: "oas.py",
			command: func(python, script string) *exec.Cmd { return exec.Command(python, script) },
		},
	}
}

// process is a running Validator.
type process struct {
	in  io.Writer
	out *bufio.Reader
}

// start starts the validator for the bodies of a document. The test ends it.
func (v Validator) start(t *testing.T, doc *openapi3.T, bodies []body) *process {
	t.Helper()
	place := os.Getenv(v.Variable)
	if place == "" {
		t.Skipf("%s is not set: it is %s", v.Variable, v.Install)
	}
	dir := t.TempDir()
	schemas := bothVersions(t, doc, bodies)
	script, file := filepath.Join(dir, v.script), filepath.Join(dir, "schemas.json")
	for path, content := range map[string][]byte{script: []byte(v.program), file: schemas} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := v.command(place, script)
	cmd.Args = append(cmd.Args, file)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", v.Name, err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v", v.Name, err)
		}
	})
	return &process{in, bufio.NewReader(out)}
}

// bothVersions returns the input of a validator: the schemas of the components and of the
// bodies in OpenAPI 3.0 and converted to 3.1.
func bothVersions(t *testing.T, doc *openapi3.T, bodies []body) []byte {
	t.Helper()
	roots := openapi3.Schemas{}
	for _, b := range bodies {
		roots[b.name] = b.schema
	}
	schemas := doc.Components.Schemas
	if schemas == nil {
		schemas = openapi3.Schemas{}
	}
	decode := func() (parts map[string]map[string]map[string]any) {
		data, err := canonical.JSON(map[string]any{"schemas": schemas, "roots": roots})
		if err != nil {
			t.Fatal(err)
		}
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.UseNumber()
		if err := dec.Decode(&parts); err != nil {
			t.Fatal(err)
		}
		return parts
	}
	converted := decode()
	for _, part := range converted {
		for _, schema := range part {
			openapi31.Schema(schema)
		}
	}
	both, err := canonical.JSON(map[string]any{"3.0": decode(), "3.1": converted})
	if err != nil {
		t.Fatal(err)
	}
	return both
}

// validate returns the reason why a JSON text is invalid, or "". The test fails if the
// two versions of the schema disagree.
func (p *process) validate(t *rapid.T, root string, text []byte) string {
	line, err := json.Marshal(map[string]any{"root": root, "value": json.RawMessage(text)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		t.Fatalf("write to the validator: %v", err)
	}
	reason, err := p.out.ReadString('\n')
	if err != nil {
		t.Fatalf("read from the validator: %v", err)
	}
	if strings.HasPrefix(reason, "versions disagree") {
		t.Fatalf("%s: %s: %s", root, text, reason)
	}
	return reason[:len(reason)-1]
}
