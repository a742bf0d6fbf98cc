package build

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build/inputs"
)

// Contract is the contract of all contexts.
type Contract struct {
	// Specification is the public document, and Deployable the document of the gateways.
	Specification, Deployable []byte
	// Services are the contexts' manifests.
	Services []*manifest.Service
}

// Documents returns the contract. It builds and lints both documents in dist only if a
// context's files, an environment's settings or this program have changed since: with
// hundreds of operations that takes seconds.
func Documents(ws workspace.Workspace) (c Contract, err error) {
	file := filepath.Join(ws.Root, workspace.Dist, kept, "documents")
	from, err := documentSources(ws)
	if err != nil {
		return c, err
	}
	if c, ok := keptDocuments(ws, file, from); ok {
		c.Services, err = manifests(ws)
		return c, err
	}
	built, err := pipeline.BuildWorkspace(ws)
	if err != nil {
		return c, err
	}
	c = Contract{built.Document, built.Deployable.Document, built.Services}
	return c, inputs.WriteFile(file, []byte(c.stamp(from)))
}

// keptDocuments returns the documents in dist if they are as they were built from the
// sources.
func keptDocuments(ws workspace.Workspace, stampFile, from string) (c Contract, ok bool) {
	stamp, err := os.ReadFile(stampFile)
	if err != nil {
		return c, false
	}
	dist := filepath.Join(ws.Root, workspace.Dist)
	if c.Specification, err = os.ReadFile(filepath.Join(dist, manifest.SpecFile)); err != nil {
		return c, false
	}
	c.Deployable, err = os.ReadFile(filepath.Join(dist, pipeline.DeployableFile))
	return c, err == nil && string(stamp) == c.stamp(from)
}

// stamp returns the digest of the documents and their sources.
func (c Contract) stamp(from string) string {
	return inputs.Hash(from, string(c.Specification), string(c.Deployable))
}

// Served reports whether this program has served a deployable document of the workspace
// before, so that its gateways do not have to check it again.
func Served(ws workspace.Workspace, document []byte) bool {
	stamp, err := servedStamp(document)
	if err != nil {
		return false
	}
	present, err := os.ReadFile(servedFile(ws))
	return err == nil && string(present) == stamp
}

// SetServed makes Served report a document, and only this one.
func SetServed(ws workspace.Workspace, document []byte) error {
	stamp, err := servedStamp(document)
	if err != nil {
		return err
	}
	return inputs.WriteFile(servedFile(ws), []byte(stamp))
}

func servedFile(ws workspace.Workspace) string {
	return filepath.Join(ws.Root, workspace.Dist, kept, "served")
}

func servedStamp(document []byte) (string, error) {
	program, err := programDigest()
	return inputs.Hash(program, string(document)), err
}

// documentSources returns the digest of everything that the documents are built from.
func documentSources(ws workspace.Workspace) (string, error) {
	contexts, err := ws.Contexts()
	if err != nil {
		return "", err
	}
	files, err := filepath.Glob(filepath.Join(ws.Root, filepath.FromSlash(workspace.Environments), "*.json"))
	if err != nil {
		return "", err
	}
	if name := filepath.Join(ws.Root, filepath.FromSlash(workspace.SystemFile)); exists(name) {
		files = append(files, name)
	}
	for _, c := range contexts {
		files = append(files, filepath.Join(c.Dir, manifest.SpecFile), filepath.Join(c.Dir, manifest.File))
	}
	program, err := programDigest()
	if err != nil {
		return "", err
	}
	parts := []string{program, fmt.Sprint(len(ws.Pins) > 0)}
	for _, name := range slices.Sorted(slices.Values(files)) {
		data, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		parts = append(parts, name, string(data))
	}
	return inputs.Hash(parts...), nil
}

// programDigest returns the digest of this program. Its modification time would not do:
// mage writes the same program again with every command.
var programDigest = sync.OnceValues(func() (string, error) {
	name, err := os.Executable()
	if err != nil {
		return "", err
	}
	return inputs.HashFile(name)
})

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

func manifests(ws workspace.Workspace) ([]*manifest.Service, error) {
	contexts, err := ws.Contexts()
	if err != nil {
		return nil, err
	}
	var list []*manifest.Service
	for _, c := range contexts {
		m, err := c.Manifest()
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}
