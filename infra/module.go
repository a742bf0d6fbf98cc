// Package infra has what a project of one's own takes from this module as it is released.
package infra

import (
	_ "embed"
	"sync"

	"golang.org/x/mod/modfile"
)

//go:embed go.mod
var goMod []byte

// GoMod returns the go.mod of this module. It must not be modified.
var GoMod = sync.OnceValue(func() *modfile.File {
	file, err := modfile.Parse("infra/go.mod", goMod, nil)
	if err != nil {
		panic(err) // the go command has read it
	}
	return file
})
