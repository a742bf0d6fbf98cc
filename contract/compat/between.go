package compat

import (
	"cmp"
	"path"

	"github.com/meridian-api/meridian/contract/manifest"
)

// Files are the contents of a context's generated files.
type Files struct{ Specification, Manifest []byte }

// Between compares two builds of a context without git: before is what serves, named
// base in the report, and after is what is to serve.
func Between(context, base string, before, after Files) (Report, error) {
	r := Report{Context: context, Base: base, Level: None, Bump: NoBump}
	file := path.Join(context, manifest.SpecFile)
	served, err := read(source{ref: base, file: file}, before.Specification)
	if err != nil {
		return r, err
	}
	next, err := read(source{file: file}, after.Specification)
	if err != nil {
		return r, err
	}
	from, to := source{ref: base, file: path.Join(context, manifest.File)}, source{file: path.Join(context, manifest.File)}
	earlier, err := manifest.Parse(from.String(), before.Manifest)
	if err != nil {
		return r, err
	}
	later, err := manifest.Parse(to.String(), after.Manifest)
	if err != nil {
		return r, err
	}
	r.Resources = resourceChanges(from, to, earlier, later)
	return r.between(served, next)
}

// between compares two specifications. more are changes that are known already.
func (r Report) between(before, after document, more ...Change) (Report, error) {
	r.Current = cmp.Or(r.Current, before.doc.Info.Version)
	var err error
	if r.Changes, err = compare(before, after); err != nil {
		return r, err
	}
	r.Changes = append(r.Changes, more...)
	sortChanges(r.Changes)
	return r.conclude()
}
