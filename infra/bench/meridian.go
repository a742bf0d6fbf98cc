package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/up/running"
)

// startMeridian runs `go tool mage up` as its users do, with more settings.
func startMeridian(ctx context.Context, ws workspace.Workspace, settings ...string) (*gateway, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	g := &gateway{cmd: exec.CommandContext(ctx, "go", "tool", "mage", "up"), root: ws.Root}
	g.cmd.Dir, g.cmd.Env = ws.Root, append(append(os.Environ(), "PORT="+port), settings...)
	var output beginning
	g.cmd.Stdout, g.cmd.Stderr = &output, &output
	began := time.Now()
	if err := g.cmd.Start(); err != nil {
		return nil, err
	}
	if err := g.describe(ctx, ws.Root, port); err != nil {
		return nil, errors.Join(fmt.Errorf("go tool mage up: %w", err), g.stop(), errors.New(string(output)))
	}
	if err := g.await(ctx, began); err != nil {
		return nil, errors.Join(err, g.stop(), errors.New(string(output)))
	}
	return g, nil
}

// describe waits for the description of a cloud whose edge has the port, and sets the
// gateway's addresses and caller from it.
func (g *gateway) describe(ctx context.Context, root, port string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	for {
		cloud, err := running.Read(root)
		if err == nil && strings.HasSuffix(cloud.Edge, ":"+port) {
			owner := cloud.Users[0]
			g.edge, g.region, g.regions = cloud.Edge, cloud.Regions[0].URL, cloud.Regions
			g.caller = caller{issuer: cloud.Issuer, token: owner.AccessToken, account: owner.Subject}
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not up within five minutes: %w", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// waitForEnd waits until no cloud runs from the monorepo at root. The process of the
// cloud ends after mage.
func waitForEnd(root string) error {
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		lock, err := running.NewLock(root)
		if err == nil {
			return lock.Unlock()
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("10 s after SIGTERM: %w", err)
		}
	}
}
