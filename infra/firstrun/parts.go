package firstrun

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/meridian-api/meridian/contract/workspace"
)

// parts are the commands that are of use without a project.
var parts = []string{"contract/cmd/contract", "infra/cmd/dynamodb", "infra/local/cmd/gateway"}

// foreign is a document that was not made here.
const foreign = `openapi: 3.0.1
info: {title: Orders, version: "1"}
paths:
  /orders:
    get:
      responses: {"200": {description: ok}}
      x-amazon-apigateway-integration:
        type: aws_proxy
        httpMethod: POST
        uri: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:list/invocations"
`

// useParts installs the commands with 'go install', as a user does who has no project, and
// uses each of them.
func (r *run) useParts() error {
	bin := filepath.Join(r.dir, "bin")
	env := r.env
	defer func() { r.env = env }()
	r.env = append(env[:len(env):len(env)], "GOBIN="+bin)
	for _, part := range parts {
		if err := r.step("go install .../"+part+"@latest", "go", "install", workspace.Meridian+"/"+part+"@latest"); err != nil {
			return err
		}
	}
	document, changed := filepath.Join(r.dir, "orders.yaml"), filepath.Join(r.dir, "carts.yaml")
	err := errors.Join(
		os.WriteFile(document, []byte(foreign), 0o600),
		os.WriteFile(changed, []byte(strings.ReplaceAll(foreign, "/orders:", "/carts:")), 0o600),
	)
	if err != nil {
		return err
	}
	if err := r.step("contract lint", filepath.Join(bin, "contract"), "lint", document); err != nil {
		return err
	}
	_, err = r.command(filepath.Join(bin, "contract"), "diff", document, changed).Output(r.ctx)
	if err == nil || !strings.Contains(err.Error(), "breaks clients") {
		return fmt.Errorf("contract diff does not refuse the removal of an operation: %w", err)
	}
	urls, err := r.command(filepath.Join(bin, "dynamodb"), "-regions", "us-east-1,us-west-2").Output(r.ctx)
	if err != nil || strings.Count(string(urls), "http://") != 2 {
		return fmt.Errorf("dynamodb printed %q instead of two URLs: %w", urls, err)
	}
	return r.useGateway(filepath.Join(bin, path.Base(parts[2])), document, filepath.Join(bin, "contract"))
}

// useGateway starts the gateway with the document and any program as the function, and asks
// for a path that the document does not have.
func (r *run) useGateway(gateway, document, function string) error {
	ctx, stop := context.WithCancel(r.ctx)
	defer stop()
	output, writer := io.Pipe()
	c := r.command(gateway, "-openapi", document, "-function", "list="+function, "-port", "0")
	c.Stdout, c.Stderr = writer, writer
	ended := make(chan error, 1)
	go func() {
		err := c.Run(ctx)
		writer.CloseWithError(errors.Join(err, io.EOF))
		ended <- err
	}()
	line, err := bufio.NewReader(output).ReadString('\n')
	go io.Copy(io.Discard, output) // until the gateway has ended
	if err != nil {
		return fmt.Errorf("gateway: %q: %w", line, err)
	}
	url, _, _ := strings.Cut(strings.TrimPrefix(line, "Listening on "), ": ")
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/carts", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	response.Body.Close()
	stop()
	<-ended // with the error of ctx
	if response.StatusCode != http.StatusForbidden {
		return fmt.Errorf("gateway: an unknown path has the status %d, want 403", response.StatusCode)
	}
	return nil
}
