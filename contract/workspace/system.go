package workspace

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/meridian-api/meridian/platform/system"
)

// SystemFile is the file, below the root, with the names of the project's system. All
// other names of the system are derived from it: problem types, the metrics' namespace,
// the merged document's title, and the names and tags of an account's resources.
const SystemFile = "infra/system.json"

// System has the names of the project's system.
type System struct {
	system.System
	// Repository is the repository on GitHub, such as "meridian-api/meridian". It may be
	// empty.
	Repository string `json:"repository"`
	// License is the SPDX identifier of the API's license. It may be empty.
	License string `json:"license"`
}

var (
	// A user pool's ID and a URN take no other characters, and a bucket's name has at most 63.
	systemName = regexp.MustCompile(`^[a-z][a-z0-9]{1,19}$`)
	// A namespace of CloudWatch takes few other characters.
	systemTitle = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9 ._-]{0,38}[A-Za-z0-9])?$`)
	repository  = regexp.MustCompile(`^([A-Za-z0-9-]+/[A-Za-z0-9._-]+)?$`)
)

// ReadSystem reads the names of the system of the project at root. A workspace without
// the file, such as a context alone, has the names that package system has by default.
func ReadSystem(root string) (System, error) {
	s := System{System: system.Current()}
	data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(SystemFile)))
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	s = System{}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return s, fmt.Errorf("%s: %w", SystemFile, err)
	}
	return s, s.Check()
}

// Check reports names that AWS would not take.
func (s System) Check() error {
	var errs []error
	check := func(member, value string, form *regexp.Regexp, want string) {
		if !form.MatchString(value) {
			errs = append(errs, fmt.Errorf("%s: %s is %q: it must have %s", SystemFile, member, value, want))
		}
	}
	check("name", s.Name, systemName, "2 to 20 lower-case letters and digits, a letter first")
	check("title", s.Title, systemTitle, "1 to 40 letters, digits, spaces, dots, hyphens and underscores")
	check("repository", s.Repository, repository, "the form OWNER/NAME, or be empty")
	return errors.Join(errs...)
}
