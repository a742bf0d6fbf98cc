package check

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	recordedClaim  = regexp.MustCompile(`(?i)\brecorded\b`)
	recordingPath  = regexp.MustCompile(`[\w./-]*testdata/recorded(/[\w.-]*\w)*`)
	recordingLink  = regexp.MustCompile(`https://\S+`)
	recordingClaim = "says \"recorded\" without naming a file below testdata/recorded or an https link in the same comment"
)

// recordKeepers are the folders in which the word is about releases, not about AWS.
var recordKeepers = []string{"infra/deploy", "infra/release"}

// TestRecordedClaimsHaveSources checks that a comment which says that something
// was recorded on AWS says where: in a recording of this repository, or under a link.
func TestRecordedClaimsHaveSources(t *testing.T) {
	root := filepath.Join("..", "..")
	claims := 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && path != root && skipsClaims(root, path) {
			return filepath.SkipDir
		}
		if entry.IsDir() || filepath.Ext(path) != ".go" || readsRecordings(path) {
			return nil
		}
		file := token.NewFileSet()
		parsed, err := parser.ParseFile(file, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, comment := range parsed.Comments {
			text := comment.Text()
			if !recordedClaim.MatchString(text) {
				continue
			}
			claims++
			if problem := sourceProblem(root, path, comment); problem != "" {
				t.Errorf("%s: %s", file.Position(comment.Pos()), problem)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if claims < 10 {
		t.Errorf("found %d comments: the walk does not reach the repository", claims)
	}
}

// skipsClaims reports whether no claim is looked for in a folder.
func skipsClaims(root, path string) bool {
	name := filepath.Base(path)
	below, err := filepath.Rel(root, path)
	return strings.HasPrefix(name, ".") || name == "testdata" ||
		err == nil && slices.Contains(recordKeepers, filepath.ToSlash(below))
}

// readsRecordings reports whether a file is about recordings as such: the package
// that reads them, and the tests that replay them.
func readsRecordings(path string) bool {
	return strings.HasPrefix(filepath.Base(path), "recorded") || filepath.Base(filepath.Dir(path)) == "recorded"
}

// sourceProblem returns what is wrong with the source that a comment names, or "".
// Paths are relative to the package or to the root of the repository.
func sourceProblem(root, path string, comment *ast.CommentGroup) string {
	paths := recordingPath.FindAllString(comment.Text(), -1)
	if len(paths) == 0 && !recordingLink.MatchString(comment.Text()) {
		return recordingClaim
	}
	for _, name := range paths {
		_, beside := os.Stat(filepath.Join(filepath.Dir(path), name))
		_, below := os.Stat(filepath.Join(root, name))
		if beside != nil && below != nil {
			return name + " does not exist"
		}
	}
	return ""
}
