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
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/local"
	"github.com/meridian-api/meridian/infra/up/running"
	"github.com/meridian-api/meridian/platform/resource"
)

//go:embed offline
var offlineFiles embed.FS

// offlinePeer is serverless-offline, installed in a folder.
type offlinePeer struct {
	folder string
	// update and mine are the operations of the merged document that the peer serves.
	update, mine *openapi3.Operation
}

// The paths that the peer serves.
const (
	updateRoute = "/accounts/{accountId}"
	mineRoute   = "/accounts/me"
)

// installOffline installs serverless-offline below dist.
func installOffline(ctx context.Context, ws workspace.Workspace) (*offlinePeer, error) {
	merged, err := pipeline.Merge(ws.Root)
	if err != nil {
		return nil, err
	}
	p := &offlinePeer{
		folder: filepath.Join(ws.Root, workspace.Dist, "bench", "offline"),
		update: merged.Doc.Paths.Value(updateRoute).Patch, mine: merged.Doc.Paths.Value(mineRoute).Get,
	}
	if err := os.MkdirAll(p.folder, 0o755); err != nil {
		return nil, err
	}
	for _, name := range []string{"package.json", "package-lock.json", "handler.js", "mine.js"} {
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

type object map[string]any

// configure writes the peer's serverless.json: the operations with their scopes and the
// body's schema, and an authorizer that accepts the caller's issuer and client. data is
// the Region whose DynamoDB getMyAccount reads; it may be nil.
func (p *offlinePeer) configure(c caller, data *running.Region) error {
	client, err := c.clientID()
	if err != nil {
		return err
	}
	const media = "application/json"
	update := httpEvent("PATCH", updateRoute, p.update)
	update["request"] = object{"schemas": object{media: p.update.RequestBody.Value.Content[media].Schema.Value}}
	provider := object{"name": "aws", "runtime": "nodejs20.x", "timeout": 29, "httpApi": object{"payload": "1.0", "authorizers": object{"pool": object{
		"type": "jwt", "identitySource": "$request.header.Authorization", "issuerUrl": c.issuer, "audience": []string{client},
	}}}}
	if data != nil {
		provider["environment"] = object{
			"DYNAMODB": data.DynamoDB, "REGION": data.Name, "TABLE": resource.TableName(local.Environment, "accounts"),
			"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench",
		}
	}
	functions := object{}
	for handler, event := range map[string]object{"handler.update": update, "mine.mine": httpEvent("GET", mineRoute, p.mine)} {
		_, name, _ := strings.Cut(handler, ".")
		functions[name] = object{"handler": handler, "events": []object{{"httpApi": event}}}
	}
	text, err := json.MarshalIndent(object{
		"service": "offline", "frameworkVersion": "3", "configValidationMode": "off", "plugins": []string{"serverless-offline"},
		"provider": provider, "functions": functions,
	}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(p.folder, "serverless.json"), text, 0o644)
}

// httpEvent returns the event that invokes the function of an operation.
func httpEvent(method, path string, operation *openapi3.Operation) object {
	var scopes []string
	for _, requirement := range *operation.Security {
		for _, s := range requirement {
			scopes = append(scopes, s...)
		}
	}
	return object{"method": method, "path": path, "authorizer": object{"name": "pool", "scopes": scopes}}
}

// start starts the peer with further options, and waits until it responds to the caller. See configure about data.
func (p *offlinePeer) start(ctx context.Context, c caller, data *running.Region, options ...string) (*gateway, error) {
	if err := p.configure(c, data); err != nil {
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
	g.cmd = exec.CommandContext(ctx, "node", append([]string{
		filepath.Join("node_modules", "serverless", "bin", "serverless.js"), "offline", "start",
		"--host", "127.0.0.1", "--httpPort", http, "--lambdaPort", lambda, "--ignoreJWTSignature",
	}, options...)...)
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
