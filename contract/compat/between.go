package compat

import (
	"cmp"
	"path"

	"github.com/meridian-api/meridian/contract/manifest"
)

// Between compares two specifications of a context without git: before is what
// serves, named base in the report, and after is what is to serve.
func Between(context, base string, before, after []byte) (Report, error) {
	r := Report{Context: context, Base: base, Level: None, Bump: NoBump}
	file := path.Join(context, manifest.SpecFile)
	served, err := read(source{ref: base, file: file}, before)
	if err != nil {
		return r, err
	}
	next, err := read(source{file: file}, after)
	if err != nil {
		return r, err
	}
	return r.between(served, next)
}

func (r Report) between(before, after document) (Report, error) {
	r.Current = cmp.Or(r.Current, before.doc.Info.Version)
	var err error
	if r.Changes, err = compare(before, after); err != nil {
		return r, err
	}
	return r.conclude()
}
