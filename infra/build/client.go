package build

import (
	"context"
	"io"

	"github.com/meridian-api/meridian/contract/client"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/modules"
)

// Clients writes the clients of the monorepo around dir: to dist/clients the clients of all
// contexts, in Go and TypeScript, and to each context's module its own in Go. The module
// then requires the client's runtime.
func Clients(ctx context.Context, dir string, out io.Writer) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	contexts, err := generatedContexts(ws)
	if err != nil {
		return err
	}
	for _, c := range contexts {
		had := client.Has(c)
		if _, err := client.WritePackage(ctx, c); err != nil {
			return err
		}
		if !had {
			if err := modules.TidyNew(ctx, ws.Root, c.Name, out); err != nil {
				return err
			}
		}
	}
	return client.Write(ctx, ws.Root, out)
}

// updateClients writes the contexts' own clients that are out of date. A context has a
// client since the first run of Clients.
func updateClients(ctx context.Context, contexts []workspace.Context) error {
	for _, c := range contexts {
		if !client.Has(c) {
			continue
		}
		if _, err := client.WritePackage(ctx, c); err != nil {
			return err
		}
	}
	return nil
}
