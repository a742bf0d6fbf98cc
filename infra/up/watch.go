package up

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/meridian-api/meridian/contract/workspace"
)

// settle is how long no file must have changed before a reload: an editor saves a file in
// several steps, and git changes many.
const settle = 25 * time.Millisecond

// unwatched are folders that no function is built from. Those that begin with a dot or an
// underscore are not watched either.
var unwatched = []string{workspace.Dist, "testdata", "node_modules"}

// watcher reports changed files below folders.
type watcher struct{ *fsnotify.Watcher }

// newWatcher watches the root without the folders below it, for go.work.
func newWatcher(root string) (watcher, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return watcher{}, err
	}
	if err := w.Add(root); err != nil {
		return watcher{}, errors.Join(err, w.Close())
	}
	return watcher{w}, nil
}

// add watches folders with the folders below them. It is cheap for those that are watched
// already.
func (w watcher) add(folders ...string) error {
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil // removed meanwhile
			case err != nil:
				return err
			case !d.IsDir():
				return nil
			case path != folder && (slices.Contains(unwatched, d.Name()) || strings.ContainsAny(d.Name()[:1], "._")):
				return filepath.SkipDir
			}
			return w.Add(path)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// run calls changed when files have changed and no other has for a moment, until ctx is
// done. Changes during a call lead to another one. failed receives errors of the watcher.
func (w watcher) run(ctx context.Context, changed func(), failed func(error)) {
	quiet := time.NewTimer(0)
	quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-w.Events:
			if e.Op == fsnotify.Chmod {
				continue
			}
			if e.Has(fsnotify.Create) {
				if err := w.addIfFolder(e.Name); err != nil {
					failed(err)
				}
			}
			quiet.Reset(settle)
		case err := <-w.Errors:
			failed(err)
			quiet.Reset(settle) // events may be lost
		case <-quiet.C:
			changed()
		}
	}
}

// addIfFolder watches a new folder. A new file needs no watch of its own.
func (w watcher) addIfFolder(path string) error {
	name := filepath.Base(path)
	if slices.Contains(unwatched, name) || strings.ContainsAny(name[:1], "._") {
		return nil
	}
	return w.add(path)
}
