// Package release records what was built, and keeps it next to an environment's
// Terraform state, so that any machine can report, compare or redeploy an
// earlier release without building it.
package release

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// format is the version of the JSON form of a Release. A reader refuses any
// other version.
const format = 1

// Release lists the files of one build of the monorepo. It has no time and no
// machine in it: the same source and toolchain give the same Release.
type Release struct {
	// Format is the version of this form, 1.
	Format int `json:"format"`
	// Commit is the git commit that was built, in full. Modules in Origins come
	// from another one.
	Commit string `json:"commit"`
	// Modified reports whether the working tree differed from Commit.
	Modified bool `json:"modified"`
	// Toolchain is the version of Go, such as "go1.26.8".
	Toolchain string `json:"toolchain"`
	// Target is the system of the functions, such as "linux-arm64".
	Target string `json:"target"`
	// Modules has the version of each module: its release, such as "v1.4.0", or
	// "v0.0.0-" and the first 12 digits of the commit of the working tree.
	Modules map[string]string `json:"modules"`
	// Document is the deployable document, and Specification the merged one.
	Document      File `json:"document"`
	Specification File `json:"specification"`
	// Specifications has each context's openapi.json.
	Specifications map[string]File `json:"specifications"`
	// Manifests has each context's service.json.
	Manifests map[string]File `json:"manifests"`
	// Smoke has the smoke tests of the contexts that have some.
	Smoke map[string]File `json:"smoke,omitempty"`
	// Functions has the deployment packages by module and function.
	Functions map[string]map[string]File `json:"functions"`
	// SBOMs has each module's bill of materials in CycloneDX JSON.
	SBOMs map[string]File `json:"sboms"`
	// Origins has the modules that come from another commit or build: pinned ones, and
	// those that a composed release has from an earlier build.
	Origins map[string]Origin `json:"origins,omitempty"`
}

// Origin is the build that a module comes from.
type Origin struct {
	Commit    string `json:"commit"`
	Modified  bool   `json:"modified"`
	Toolchain string `json:"toolchain"`
}

// File identifies a file by its content.
type File struct {
	// SHA256 is the hash in lower-case hexadecimal digits.
	SHA256 string `json:"sha256"`
	// Size is the length in bytes.
	Size int64  `json:"size"`
	path string // where the build left it; empty in a Release that was read
}

// ID returns the identifier of the release: the first 12 hexadecimal digits of
// the SHA-256 of its JSON form.
func (r *Release) ID() string {
	sum := sha256.Sum256(r.JSON())
	return hex.EncodeToString(sum[:])[:12]
}

// JSON returns the content of release.json.
func (r *Release) JSON() []byte {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		panic(err) // strings and numbers only
	}
	return append(data, '\n')
}

// Files returns every file of the release, each content once, sorted by hash.
func (r *Release) Files() []File {
	byHash := map[string]File{r.Document.SHA256: r.Document, r.Specification.SHA256: r.Specification}
	groups := []map[string]File{r.Smoke, r.Specifications, r.Manifests, r.SBOMs}
	groups = slices.AppendSeq(groups, maps.Values(r.Functions))
	for _, group := range groups {
		for _, f := range group {
			byHash[f.SHA256] = f
		}
	}
	var files []File
	for _, hash := range slices.Sorted(maps.Keys(byHash)) {
		files = append(files, byHash[hash])
	}
	return files
}

// parse reads the JSON form of a release.
func parse(name string, data []byte) (*Release, error) {
	r := &Release{}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if r.Format != format {
		return nil, fmt.Errorf("%s has format %d, and this version reads format %d: use the version of infra that wrote it", name, r.Format, format)
	}
	return r, nil
}
