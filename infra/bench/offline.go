package bench

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/workspace"
)

//go:embed offline
var offlineFiles embed.FS

// offlinePeer is serverless-offline, installed in a folder.
type offlinePeer struct {
	folder string
	// operation is the operation of the merged document that the peer serves.
	operation *openapi3.Operation
}

// offlineRoute is the path that the peer serves.
const offlineRoute = "/accounts/{accountId}"

// installOffline installs serverless-offline below dist.
func installOffline(ctx context.Context, ws workspace.Workspace) (*offlinePeer, error) {
	merged, err := pipeline.Merge(ws.Root)
	if err != nil {
		return nil, err
	}
	p := &offlinePeer{filepath.Join(ws.Root, workspace.Dist, "bench", "offline"), merged.Doc.Paths.Value(offlineRoute).Patch}
	if err := os.MkdirAll(p.folder, 0o755); err != nil {
		return nil, err
	}
	for _, name := range []string{"package.json", "package-lock.json", "handler.js"} {
		data, err := offlineFiles.ReadFile("offline/" + name)
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(p.folder, name), data, 0o644); err != nil {
			return nil, err
		}
	}
	npm := command.Command{Name: "npm", Dir: p.folder, Args: []string{
		"ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error",
	}}
	if err := npm.Run(ctx); err != nil {
		return nil, fmt.Errorf("install serverless-offline, the peer of this benchmark: %w", err)
	}
	return p, nil
}

// configure writes the peer's serverless.json: the operation with its scopes and its
// body's schema, and an authorizer that accepts the caller's issuer and client.
func (p *offlinePeer) configure(c caller) error {
	client, err := c.clientID()
	if err != nil {
		return err
	}
	var scopes []string
	for _, requirement := range *p.operation.Security {
		for _, s := range requirement {
			scopes = append(scopes, s...)
		}
	}
	const media = "application/json"
	type object map[string]any
	data, err := json.MarshalIndent(object{
		"service": "offline", "frameworkVersion": "3", "configValidationMode": "off", "plugins": []string{"serverless-offline"},
		"provider": object{"name": "aws", "runtime": "nodejs20.x", "httpApi": object{"payload": "1.0", "authorizers": object{"pool": object{
			"type": "jwt", "identitySource": "$request.header.Authorization", "issuerUrl": c.issuer, "audience": []string{client},
		}}}},
		"functions": object{"update": object{"handler": "handler.update", "events": []object{{"httpApi": object{
			"method": "PATCH", "path": offlineRoute, "authorizer": object{"name": "pool", "scopes": scopes},
			"request": object{"schemas": object{media: p.operation.RequestBody.Value.Content[media].Schema.Value}},
		}}}}},
	}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(p.folder, "serverless.json"), data, 0o644)
}

// start starts the peer and waits until it responds to the caller.
func (p *offlinePeer) start(ctx context.Context, c caller) (*gateway, error) {
	if err := p.configure(c); err != nil {
		return nil, err
	}
	http, err := freePort()
	if err != nil {
		return nil, err
	}
	lambda, err := freePort()
	if err != nil {
		return nil, err
	}
	g := &gateway{region: "http://127.0.0.1:" + http, caller: c}
	g.cmd = exec.CommandContext(ctx, "node", filepath.Join("node_modules", "serverless", "bin", "serverless.js"), "offline", "start",
		"--host", "127.0.0.1", "--httpPort", http, "--lambdaPort", lambda, "--ignoreJWTSignature")
	g.cmd.Dir, g.cmd.Env = p.folder, append(os.Environ(), "SLS_TELEMETRY_DISABLED=1", "SLS_NOTIFICATIONS_MODE=off")
	var output beginning
	g.cmd.Stdout, g.cmd.Stderr = &output, &output
	began := time.Now()
	if err := g.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start serverless-offline, the peer of this benchmark, which needs Node: %w", err)
	}
	if err := g.await(ctx, began); err != nil {
		return nil, errors.Join(err, g.stop(), errors.New(string(output)))
	}
	return g, nil
}
