package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/meridian-api/meridian/contract/lint"
	"github.com/meridian-api/meridian/infra/local/frontend"
	"github.com/meridian-api/meridian/infra/local/function"
	"github.com/meridian-api/meridian/infra/local/gateway"
	"github.com/meridian-api/meridian/infra/local/invoker"
)

// api is a running API.
type api struct {
	listener  net.Listener
	server    *http.Server
	gateway   *gateway.Gateway
	functions *function.Service
	keys      *http.Server // nil unless the keys are a file
}

// start serves the API of the options. Log lines go to stderr.
func start(o options, stderr io.Writer) (_ *api, err error) {
	a := &api{}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
		}
	}()
	data, err := os.ReadFile(o.document)
	if err != nil {
		return nil, err
	}
	document, err := lint.Read(o.document, data, lint.Options{Mode: lint.Import})
	if err != nil {
		return nil, err
	}
	body := document.JSON()
	pools, err := a.pools(o, body)
	if err != nil {
		return nil, err
	}
	log := &lines{to: stderr}
	if a.functions, err = function.New(function.Config{
		Region: o.region, AccountID: o.account, Functions: o.functionConfigs(), Log: log.function,
	}); err != nil {
		return nil, err
	}
	if a.listener, err = net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(o.port))); err != nil {
		return nil, err
	}
	if a.gateway, err = gateway.New(gateway.Config{
		Document: body, Region: o.region, AccountID: o.account, Stage: o.stage, Variables: o.variables,
		DomainName: a.listener.Addr().String(), Functions: invoker.New(a.functions, "the account has 1,000 executions at a time"),
		Pools: pools, Log: slog.New(slog.NewTextHandler(log, nil)),
	}); err != nil {
		return nil, fmt.Errorf("%s: %w\nset -region, -account, -stage and -variable to what the document names", o.document, err)
	}
	a.server = frontend.Serve(a.listener, a.gateway)
	return a, nil
}

func (o options) functionConfigs() map[string]function.Function {
	configs := map[string]function.Function{}
	for name, binary := range o.functions {
		configs[name] = function.Function{Binary: binary, Env: maps.Clone(o.env), Timeout: o.timeout}
	}
	return configs
}

// pools returns the user pools that the document's authorizers name, by ARN.
func (a *api) pools(o options, document []byte) (map[string]gateway.Pool, error) {
	arns, err := poolARNs(document)
	if err != nil || len(arns) == 0 {
		return nil, err
	}
	if o.jwks == "" {
		return nil, fmt.Errorf("%s has authorizers of user pools, such as %s: set -jwks to the URL or the file of their public keys", o.document, arns[0])
	}
	url := o.jwks
	if !strings.HasPrefix(url, "http://") && !strings.HasPrefix(url, "https://") {
		if url, err = a.serveKeys(o.jwks); err != nil {
			return nil, err
		}
	}
	values := strings.NewReplacer("${AWS::Region}", o.region, "${AWS::AccountId}", o.account, "${AWS::Partition}", "aws")
	pools := map[string]gateway.Pool{}
	for _, arn := range arns {
		arn = values.Replace(arn)
		issuer, err := issuerOf(arn)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.document, err)
		}
		pools[arn] = gateway.Pool{Issuer: issuer, JWKSURL: url}
	}
	return pools, nil
}

// poolARNs returns the ARNs of the user pools of an OpenAPI 3.0 document, sorted.
func poolARNs(document []byte) ([]string, error) {
	var d struct {
		Components struct {
			SecuritySchemes map[string]struct {
				Authorizer struct {
					ProviderARNs []string `json:"providerARNs"`
				} `json:"x-amazon-apigateway-authorizer"`
			}
		}
	}
	if err := json.Unmarshal(document, &d); err != nil {
		return nil, fmt.Errorf("the document's security schemes: %w", err)
	}
	var arns []string
	for _, scheme := range d.Components.SecuritySchemes {
		arns = append(arns, scheme.Authorizer.ProviderARNs...)
	}
	slices.Sort(arns)
	return slices.Compact(arns), nil
}

// issuerOf returns the iss claim of a user pool's tokens. Source: "Verifying JSON web
// tokens", https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
func issuerOf(arn string) (string, error) {
	parts := strings.Split(arn, ":")
	if len(parts) != 6 || parts[2] != "cognito-idp" || !strings.HasPrefix(parts[5], "userpool/") {
		return "", fmt.Errorf("%q is not the ARN of a user pool, arn:aws:cognito-idp:REGION:ACCOUNT:userpool/ID", arn)
	}
	return "https://cognito-idp." + parts[3] + ".amazonaws.com/" + strings.TrimPrefix(parts[5], "userpool/"), nil
}

// serveKeys serves the file with the public keys, and returns its URL.
func (a *api) serveKeys(file string) (string, error) {
	if _, err := os.Stat(file); err != nil {
		return "", err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	a.keys = &http.Server{
		ReadHeaderTimeout: 10 * time.Second,
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, file) }),
	}
	go a.keys.Serve(l) // returns after close
	return "http://" + l.Addr().String() + "/jwks.json", nil
}

func (a *api) url() string { return "http://" + a.listener.Addr().String() }

func (a *api) operations() int { return len(a.gateway.Operations()) }

// missing returns the functions of the document that the options do not have, sorted.
func (a *api) missing(o options) []string {
	var names []string
	for _, operation := range a.gateway.Operations() {
		if operation.Function != "" && o.functions[operation.Function] == "" {
			names = append(names, operation.Function)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// close ends what start has started.
func (a *api) close() error {
	var err error
	if a.server != nil {
		err = a.server.Close()
	} else if a.listener != nil {
		err = a.listener.Close()
	}
	if a.keys != nil {
		err = errors.Join(err, a.keys.Close())
	}
	if a.functions != nil {
		err = errors.Join(err, a.functions.Close())
	}
	return err
}

// lines writes the log of the gateway and the output of the functions, one line at a time.
type lines struct {
	mu sync.Mutex
	to io.Writer
}

// Write implements io.Writer for a logger, which writes a line at a time.
func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.to.Write(line)
}

func (l *lines) function(name, _, line string) { fmt.Fprintf(l, "%s: %s\n", name, line) }
