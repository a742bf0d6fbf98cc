package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// edits is the number of times that each file is saved.
const edits = 10

// edited is a file that is saved with a new e-mail address in it.
type edited struct {
	name, file string
	// after is the text that the edit follows. edit has a verb for the address.
	after, edit string
}

var editedFiles = []edited{
	{
		name: "handler", file: "accounts/lambda/get-my-account/main.go",
		after: "\t\treturn api.GetOutput{}, err\n\t}\n", edit: "\ta.Email = %q\n",
	},
	{
		name: "store", file: "accounts/store/store.go",
		after: "func (s *Store) Get(ctx context.Context, id string) (accounts.Account, error) {\n",
		edit:  "\tif id != \"\" {\n\t\treturn accounts.Account{ID: id, Email: %q}, nil\n\t}\n",
	},
	{ // in every function; the text is then in the header X-Region
		name: "platform", file: "platform/adapter/adapter.go",
		after: "\treq.traceID = tracing.Root(header)\n", edit: "\ta.config.Region = %q\n",
	},
}

// Reload measures the time from the save of a file to the first response of the new code,
// in a clone of the monorepo around dir whose cloud runs.
func Reload(ctx context.Context, dir string, out io.Writer) error {
	ws, err := newClone(ctx, dir)
	if err != nil {
		return err
	}
	defer os.RemoveAll(ws.Root)
	g, err := startMeridian(ctx, ws)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "From the save to the first response of the new code; medians and maxima of %d\n\n", edits)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tmedian\tmaximum\t")
	for _, e := range editedFiles {
		took, err := e.measure(ctx, ws.Root, g)
		if err != nil {
			return errors.Join(err, g.stop())
		}
		fmt.Fprintf(w, "%s\t%.2f s\t%.2f s\t\n", e.name, median(took).Seconds(), slices.Max(took).Seconds())
	}
	return errors.Join(w.Flush(), g.stop())
}

// measure saves the file several times, and then as it was.
func (e edited) measure(ctx context.Context, root string, g *gateway) (took []time.Duration, err error) {
	name := filepath.Join(root, filepath.FromSlash(e.file))
	original, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if bytes.Count(original, []byte(e.after)) != 1 {
		return nil, fmt.Errorf("%s: the text to edit is not there once: adapt the benchmark\n%s", e.file, e.after)
	}
	defer func() { err = errors.Join(err, os.WriteFile(name, original, 0o644)) }()
	if err := g.awaitMine(ctx, "@"); err != nil { // builds the function
		return nil, err
	}
	for i := range edits {
		address := fmt.Sprintf("%s%d@example.com", e.name, i)
		changed := strings.Replace(string(original), e.after, e.after+fmt.Sprintf(e.edit, address), 1)
		began := time.Now()
		if err := os.WriteFile(name, []byte(changed), 0o644); err != nil {
			return nil, err
		}
		if err := g.awaitMine(ctx, address); err != nil {
			return nil, err
		}
		took = append(took, time.Since(began))
		time.Sleep(time.Second) // what is built in the background must not count for the next edit
	}
	return took, nil
}

// awaitMine reads the caller's account until the response contains a text.
func (g *gateway) awaitMine(ctx context.Context, text string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		resp, body, err := g.caller.send(ctx, http.DefaultClient, g.edge, "", g.caller.mine())
		if err == nil && (strings.Contains(string(body), text) || resp.Header.Get("X-Region") == text) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no response with %q within a minute: %q, error %w", text, body, err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}
