package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	magefile = "magefile.go"
	// dist is workspace.Dist, whose package would triple what is compiled without output.
	dist = "dist"
)

// isNewClone reports whether root is a monorepo in which no target has run yet.
func isNewClone(root string) bool {
	exists := func(name string) bool {
		_, err := os.Stat(filepath.Join(root, name))
		return err == nil
	}
	return exists("go.work") && exists(magefile) && !exists(dist)
}

// compile compiles the packages that the magefile in root imports into the go command's
// cache, where mage then finds them, and shows them as p does. It leaves errors to mage,
// which compiles again and reports them.
func compile(root string, p progress) {
	list := goCommand(root, "list", "-f", `{{join .Imports "\n"}}`, magefile)
	imports, err := list.Output()
	if err != nil {
		return
	}
	build := goCommand(root, append([]string{"build", "-v"}, strings.Fields(string(imports))...)...)
	packages, err := build.StderrPipe() // go build -v writes a line for each package that it compiles
	if err != nil || build.Start() != nil {
		return
	}
	p.start = time.Now()
	for lines := bufio.NewScanner(packages); lines.Scan(); {
		p.add(lines.Text())
	}
	io.Copy(io.Discard, packages) // a line that is too long ends the loop, and must not block the go command
	p.end(build.Wait())
}

func goCommand(dir string, args ...string) *exec.Cmd {
	c := exec.Command("go", args...)
	c.Dir = dir
	return c
}
