package build

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/meridian-api/meridian/contract/command"
)

// CompileError is what the go command printed when a build failed: each error with its
// file, line and column.
type CompileError struct{ Output string }

func (e *CompileError) Error() string { return e.Output }

// compiler runs the go command in a folder and reports what it compiles.
type compiler struct {
	dir string
	env []string // in addition to the environment of this process
	// progress receives the import path of each package when it is compiled. It may be nil.
	progress func(importPath string)
}

// run runs `go build` or `go run` with -v. An error of the source is a *CompileError.
func (c compiler) run(ctx context.Context, args ...string) error {
	out := &compilerOutput{progress: c.progress}
	cmd := command.Go(c.dir, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr, cmd.Group = c.env, out, out, true
	err := cmd.Run(ctx)
	if err == nil || ctx.Err() != nil {
		return err
	}
	if text := strings.TrimSpace(out.errors.String()); text != "" {
		return &CompileError{text}
	}
	return fmt.Errorf("go %s: %w", args[0], err)
}

// compilerOutput separates the import paths that -v prints from everything else.
type compilerOutput struct {
	progress func(string)
	errors   bytes.Buffer
	partial  []byte
}

func (o *compilerOutput) Write(p []byte) (int, error) {
	o.partial = append(o.partial, p...)
	for {
		line, rest, complete := bytes.Cut(o.partial, []byte{'\n'})
		if !complete {
			return len(p), nil
		}
		o.line(string(line))
		o.partial = rest
	}
}

func (o *compilerOutput) line(line string) {
	// An import path has neither spaces nor the colon of a position, unlike an error.
	if line != "" && !strings.ContainsAny(line, " :\t") {
		if o.progress != nil {
			o.progress(line)
		}
		return
	}
	o.errors.WriteString(line + "\n")
}
