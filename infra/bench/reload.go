package bench

import (
	"bytes"
	"cmp"
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

	"github.com/meridian-api/meridian/contract/workspace"
)

// edits is the number of times that each file is saved.
const edits = 5

// edited is a file that is saved with a new text in it.
type edited struct {
	name, file string
	// after is the text that the edit follows. edit has a verb for the new text.
	after, edit string
	// call is the request whose response then has the text.
	call func(caller) call
}

var editedFiles = []edited{
	{
		name: "handler", file: "accounts/lambda/get-my-account/main.go",
		after: "\t\treturn api.GetOutput{}, err\n\t}\n", edit: "\ta.Email = %q\n", call: caller.mine,
	},
	{
		name: "store", file: "accounts/store/store.go",
		after: "func (s *Store) Get(ctx context.Context, id string) (accounts.Account, error) {\n",
		edit:  "\tif id != \"\" {\n\t\treturn accounts.Account{ID: id, Email: %q}, nil\n\t}\n",
		call:  caller.mine,
	},
	{ // in every function; the text is then in the header X-Region
		name: "platform", file: "platform/adapter/adapter.go",
		after: "\treq.traceID = tracing.ParseHeader(header).Root\n", edit: "\ta.config.Region = %q\n",
		call: caller.mine,
	},
}

// offlineEdit is the edit of a handler of serverless-offline.
var offlineEdit = edited{
	name: "serverless-offline, a handler", file: "handler.js",
	after: "    status: 428,\n", edit: "    detail: %q,\n", call: caller.update,
}

// Reload measures the time from the save of a file to the first response of the new code,
// in a clone of the monorepo around dir whose cloud runs, and in serverless-offline. It needs
// Node.
func Reload(ctx context.Context, dir string, out io.Writer) error {
	own, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	peer, err := installOffline(ctx, own)
	if err != nil {
		return err
	}
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
	fmt.Fprintln(w, "\tmedian\tmaximum\tCPU\t")
	for _, e := range editedFiles {
		r, err := e.measure(ctx, ws.Root, g)
		if err != nil {
			return errors.Join(err, g.stop())
		}
		r.print(w, e.name)
	}
	r, err := reloadOffline(ctx, peer, g.caller)
	if err != nil {
		return errors.Join(err, g.stop())
	}
	r.print(w, offlineEdit.name)
	_, err = fmt.Fprint(w, `
serverless-offline runs with --reloadHandler: it compiles nothing, and loads a handler again for each request.
CPU is what the gateway and the commands that it runs use until the response.
`)
	return errors.Join(err, w.Flush(), g.stop())
}

// reloadOffline measures serverless-offline with a caller whose issuer runs.
func reloadOffline(ctx context.Context, peer *offlinePeer, c caller) (r reloads, err error) {
	g, err := peer.start(ctx, c, nil, "--reloadHandler")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, g.stop()) }()
	return offlineEdit.measure(ctx, peer.folder, g)
}

// reloads are the figures of the saves of a file.
type reloads struct {
	took []time.Duration
	// cpu is what the cloud and the commands that it runs use from a save to the first response.
	// It hardly depends on what else the machine does.
	cpu []time.Duration
}

func (r reloads) print(w io.Writer, name string) {
	fmt.Fprintf(w, "%s\t%.2f s\t%.2f s\t%.2f s\t\n", name, median(r.took).Seconds(), slices.Max(r.took).Seconds(), median(r.cpu).Seconds())
}

// measure saves the file several times, and then as it was.
func (e edited) measure(ctx context.Context, root string, g *gateway) (r reloads, err error) {
	name := filepath.Join(root, filepath.FromSlash(e.file))
	original, err := os.ReadFile(name)
	if err != nil {
		return r, err
	}
	if bytes.Count(original, []byte(e.after)) != 1 {
		return r, fmt.Errorf("%s: the text to edit is not there once: adapt the benchmark\n%s", e.file, e.after)
	}
	defer func() { err = errors.Join(err, os.WriteFile(name, original, 0o644)) }()
	if err := g.awaitText(ctx, e.call(g.caller), ""); err != nil { // builds the function
		return r, err
	}
	for i := range edits {
		address := fmt.Sprintf("%s%d@example.com", e.name, i)
		changed := strings.Replace(string(original), e.after, e.after+fmt.Sprintf(e.edit, address), 1)
		began, before := time.Now(), usageOf(g.cmd.Process.Pid)
		if err := os.WriteFile(name, []byte(changed), 0o644); err != nil {
			return r, err
		}
		if err := g.awaitText(ctx, e.call(g.caller), address); err != nil {
			return r, err
		}
		r.took = append(r.took, time.Since(began))
		r.cpu = append(r.cpu, usageOf(g.cmd.Process.Pid).spent-before.spent)
		g.awaitQuiet() // what is built in the background must not count for the next edit
	}
	return r, nil
}

// awaitQuiet waits until the gateway uses less than a fifth of a processor in a second, as the
// health checks do, but not longer than half a minute.
func (g *gateway) awaitQuiet() {
	for range 30 {
		before := usageOf(g.cmd.Process.Pid).spent
		time.Sleep(time.Second)
		if usageOf(g.cmd.Process.Pid).spent-before < time.Second/5 {
			return
		}
	}
}

// awaitText sends requests until one has the status of its call and a text.
func (g *gateway) awaitText(ctx context.Context, c call, text string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		resp, body, err := g.caller.send(ctx, http.DefaultClient, cmp.Or(g.edge, g.region), "", c)
		if err == nil && resp.StatusCode == c.status && (strings.Contains(string(body), text) || resp.Header.Get("X-Region") == text) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no response with %q within a minute: %q, error %w", text, body, err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}
