package inputs

import (
	"crypto/sha256"
	"encoding/hex"
	"go/parser"
	"go/token"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// extensions are the files that the go command compiles, from its page "go help packages"
// and go/build.
var extensions = []string{
	".go", ".c", ".cc", ".cpp", ".cxx", ".m", ".h", ".hh", ".hpp", ".hxx", ".f", ".F", ".for", ".f90", ".s", ".S", ".sx",
	".swig", ".swigcxx", ".syso",
}

// file is a file's content at its size and modification time.
type file struct {
	Size    int64  `json:"size"`
	ModTime int64  `json:"modTime"` // in nanoseconds since 1970
	Hash    string `json:"hash"`
	Shape   string `json:"shape,omitempty"`
	used    bool   // since the tree was opened
}

// read returns a file with its content's hash. It reads the content only if size or
// modification time have changed. goFile asks for the shape.
func (t *Tree) read(path string, goFile bool) (file, error) {
	info, err := os.Stat(path)
	if err != nil {
		return file{}, err
	}
	name := t.name(path)
	f, known := t.Files[name]
	if !known || f.Size != info.Size() || f.ModTime != info.ModTime().UnixNano() || goFile && f.Shape == "" {
		data, err := os.ReadFile(path)
		if err != nil {
			return file{}, err
		}
		f = file{Size: info.Size(), ModTime: info.ModTime().UnixNano(), Hash: Hash(string(data))}
		if goFile {
			f.Shape = shape(data)
		}
	}
	f.used = true
	t.Files[name] = f
	return f, nil
}

// scanFolder computes the digest of a package's folder. Tests are not part of it. A
// folder that is gone has the digest of an empty one, so that its commands are listed.
func (t *Tree) scanFolder(name string) error {
	dir := t.path(name)
	entries, err := os.ReadDir(dir)
	if err != nil && !missing(err) {
		return err
	}
	content, shape := newHash(), newHash()
	for _, e := range entries {
		ext := filepath.Ext(e.Name())
		if e.IsDir() || !slices.Contains(extensions, ext) || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := t.read(filepath.Join(dir, e.Name()), ext == ".go")
		if missing(err) {
			continue // removed since the folder was read
		}
		if err != nil {
			return err
		}
		content.add(e.Name(), f.Hash)
		shape.add(e.Name(), f.Shape)
	}
	for _, pattern := range t.Folders[name].Embeds {
		if err := t.scanEmbedded(content, filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(pattern, "all:")))); err != nil {
			return err
		}
	}
	t.digests[name] = digest{content.sum(), shape.sum()}
	return nil
}

// scanEmbedded adds the files that a pattern of go:embed matches.
func (t *Tree) scanEmbedded(to *digester, pattern string) error {
	matches, err := filepath.Glob(pattern)
	if err != nil {
		return nil // the go command refuses the pattern
	}
	for _, match := range matches {
		err := filepath.WalkDir(match, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			f, err := t.read(path, false)
			to.add(t.name(path), f.Hash)
			return err
		})
		if err != nil && !missing(err) {
			return err
		}
	}
	return nil
}

// shape returns what decides which files and packages a Go file brings in: its build
// constraint, its package, its imports and its go:embed directives. The shape of a file
// that cannot be parsed is its content.
func shape(data []byte) string {
	parsed, err := parser.ParseFile(token.NewFileSet(), "", data, parser.ImportsOnly)
	if err != nil {
		return Hash(string(data))
	}
	h := newHash()
	h.add(parsed.Name.Name)
	for _, i := range parsed.Imports {
		h.add(i.Path.Value)
	}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "//go:build") || strings.HasPrefix(line, "//go:embed") {
			h.add(line)
		}
	}
	return h.sum()
}

// digester computes the digest of strings with their borders.
type digester struct{ hash.Hash }

func newHash() *digester { return &digester{sha256.New()} }

func (d *digester) add(parts ...string) {
	for _, p := range parts {
		io.WriteString(d, p)
		d.Write([]byte{0})
	}
}

// sum returns 128 bits of the digest in hexadecimal digits.
func (d *digester) sum() string { return hex.EncodeToString(d.Sum(nil)[:16]) }

// HashFile returns the digest of a file, which can be large.
func HashFile(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := newHash()
	_, err = io.Copy(h, f)
	return h.sum(), err
}

// Hash returns the digest of texts: 128 bits in hexadecimal digits.
func Hash(texts ...string) string {
	h := newHash()
	h.add(texts...)
	return h.sum()
}
