package firstrun

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/workspace"
)

var (
	meridianName = regexp.MustCompile(`(?i)meridian`)
	// meridianItself are the texts in which a project names Meridian and not itself: import
	// paths, the command, and the format of generated files.
	meridianItself = regexp.MustCompile(regexp.QuoteMeta(workspace.Meridian) + `|go tool meridian|cmd/meridian|` + manifest.SpecFormat)
)

// aboutMeridian are the files of a project whose text says where its parts come from, and
// the folder with Meridian's own modules.
var aboutMeridian = []string{"README.md", "magefile.go", "dist/modules"}

// MeridianNames returns the lines of the texts in dir, as "file:line: text", that have
// Meridian's name and not the project's: in generated documents, the portal, logs and the
// state of Terraform. It leaves out import paths, programs and the folders skipped.
func MeridianNames(dir string, skipped ...string) (found []string, err error) {
	err = fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		for _, s := range append(skipped, ".git", ".terraform", "node_modules") {
			if name == s || path.Base(name) == s {
				if entry.IsDir() {
					return fs.SkipDir
				}
				return nil
			}
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil || bytes.IndexByte(data, 0) >= 0 || !bytes.Contains(bytes.ToLower(data), []byte("meridian")) {
			return err // a program, an archive, or nearly every text
		}
		found = append(found, meridianLines(name, data)...)
		return nil
	})
	return found, err
}

// meridianLines returns the lines of a text that have Meridian's name.
func meridianLines(name string, data []byte) (found []string) {
	s := bufio.NewScanner(bytes.NewReader(data))
	s.Buffer(nil, len(data)+1)
	for number := 1; s.Scan(); number++ {
		line := meridianItself.ReplaceAllString(s.Text(), "")
		if at := meridianName.FindStringIndex(line); at != nil {
			found = append(found, fmt.Sprintf("%s:%d: %s", name, number, line[max(0, at[0]-60):min(len(line), at[1]+60)]))
		}
	}
	return found
}

// checkServedNames checks the pages and the refusals that a running project serves.
func (r *run) checkServedNames(edge string) error {
	for _, page := range []string{"/", "/console/", "/docs/", "/openapi.json", "/orders"} {
		request, err := http.NewRequestWithContext(r.ctx, http.MethodGet, edge+page, nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		data, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			return err
		}
		for name, values := range response.Header {
			data = append(data, "\n"+name+": "+strings.Join(values, ", ")...)
		}
		if found := meridianLines(page, data); found != nil {
			return fmt.Errorf("the project serves Meridian's name:\n%s", strings.Join(found, "\n"))
		}
	}
	return nil
}

// checkNames checks what the project and its targets have written.
func (r *run) checkNames() error {
	found, err := MeridianNames(r.dir, aboutMeridian...)
	if err != nil {
		return err
	}
	if found != nil {
		return fmt.Errorf("the project has Meridian's name:\n%s", strings.Join(found, "\n"))
	}
	fmt.Fprintln(r.out, "no text of the project, its documents, portal, logs and states has Meridian's name")
	return nil
}
