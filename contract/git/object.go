package git

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
)

// Entry is a file of a tree.
type Entry struct {
	// Path is relative to the folder that was listed, with slashes.
	Path string
	// Mode is git's: "100644", "100755" or "120000" for a symbolic link.
	Mode string
	// Hash identifies the content.
	Hash string
}

// Symlink reports whether the entry is a symbolic link.
func (e Entry) Symlink() bool { return e.Mode == "120000" }

// Files returns the files below folder at a revision, sorted by path. The folder is
// relative to the repository's root, with slashes; it may be empty. Submodules are
// left out.
func Files(ctx context.Context, dir, revision, folder string) ([]Entry, error) {
	tree := revision + ":" + folder
	out, err := Run(ctx, dir, "ls-tree", "-r", "-z", "--full-tree", "--end-of-options", tree)
	if err != nil {
		return nil, err
	}
	var files []Entry
	for line := range strings.SplitSeq(strings.TrimSuffix(out, "\x00"), "\x00") {
		meta, path, ok := strings.Cut(line, "\t")
		fields := strings.Fields(meta)
		if !ok || len(fields) != 3 {
			continue // an empty tree
		}
		if fields[1] == "blob" {
			files = append(files, Entry{Path: path, Mode: fields[0], Hash: fields[2]})
		}
	}
	return files, nil
}

// Objects returns the content of objects. A name is a hash or, such as "v1:go.mod",
// a revision and a path from the repository's root. An object that does not exist is
// nil in the result.
func Objects(ctx context.Context, dir string, names []string) ([][]byte, error) {
	if len(names) == 0 {
		return nil, nil
	}
	for _, name := range names {
		if strings.Contains(name, "\n") {
			return nil, fmt.Errorf("read object %q: a line break in a path is not supported", name)
		}
	}
	out, err := Input(ctx, dir, strings.NewReader(strings.Join(names, "\n")+"\n"), "cat-file", "--batch")
	if err != nil {
		return nil, err
	}
	objects := make([][]byte, len(names))
	for i, name := range names {
		header, rest, ok := bytes.Cut(out, []byte("\n"))
		fields := strings.Fields(string(header))
		switch {
		case !ok:
			return nil, fmt.Errorf("read object %q: git cat-file ended early", name)
		case strings.HasSuffix(string(header), " missing"):
			out = rest
			continue
		}
		size := -1
		if len(fields) == 3 {
			size, err = strconv.Atoi(fields[2])
		}
		if size < 0 || err != nil || len(rest) <= size {
			return nil, fmt.Errorf("read object %q: git cat-file wrote %q", name, header)
		}
		objects[i], out = rest[:size:size], rest[size+1:]
	}
	return objects, nil
}
