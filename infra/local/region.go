package local

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/geo"
	"github.com/meridian-api/meridian/infra/local/access"
	"github.com/meridian-api/meridian/infra/local/breach"
	"github.com/meridian-api/meridian/infra/local/dynamodb"
	"github.com/meridian-api/meridian/infra/local/edge"
	"github.com/meridian-api/meridian/infra/local/function"
	"github.com/meridian-api/meridian/infra/local/gateway"
	"github.com/meridian-api/meridian/infra/local/invoker"
	"github.com/meridian-api/meridian/platform/resource"
)

// region is one Region: its gateway, its functions, and its endpoints of DynamoDB and
// Secrets Manager.
type region struct {
	name    string
	cloud   *Cloud
	data    *server
	secrets *server
	address string // of the gateway; a restart keeps it

	policy access.Policy
	rights atomic.Pointer[map[string]access.Function] // by physical name; functions call while mu is locked

	life    atomic.Pointer[edge.Life]       // nil while the Region is down
	skew    atomic.Int64                    // nanoseconds that the Region's clock is ahead
	serving atomic.Pointer[gateway.Gateway] // the latest

	deploying sync.Mutex // serializes deployments; taken before mu

	mu          sync.Mutex // guards the fields below
	release     Release
	healthPaths []string // of the functions that the document has
	server      *server  // nil while the Region is down
	gateway     swap
	functions   *function.Service
}

// newRegion opens the Region's endpoints of DynamoDB and Secrets Manager. They stay
// open while the Region is stopped, because the data outlives an outage.
func newRegion(c *Cloud, name string) (*region, error) {
	data, err := listen("0")
	if err != nil {
		return nil, err
	}
	secrets, err := listen("0")
	if err != nil {
		return nil, errors.Join(err, data.Close())
	}
	r := &region{name: name, cloud: c, address: "127.0.0.1:0", release: c.cfg.Release, policy: access.Policy{
		Region: name, StrongRegion: geo.Nearest(name, c.data.StrongReplicas()),
		StrongReplicas: c.data.StrongReplicas(), AccountID: accountID, Environment: Environment, Tables: c.cfg.tables(), Log: c.cfg.Log,
	}}
	r.data = serve(data, c.data.AuthorizedHandler(name, r.authorize))
	r.secrets = serve(secrets, c.secrets.Handler(name))
	return r, nil
}

// URL returns the gateway's address.
func (r *region) URL() string { return "http://" + r.address }

// start opens the gateway and starts the functions.
func (r *region) start() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.server != nil {
		return fmt.Errorf("start %s: the Region is running already", r.name)
	}
	l, err := net.Listen("tcp", r.address)
	if err != nil {
		return err
	}
	r.address = l.Addr().String()
	if err := r.load(l); err != nil {
		return errors.Join(err, l.Close())
	}
	return nil
}

// load starts the functions and the gateway that calls them. The caller holds r.mu.
func (r *region) load(l net.Listener) error {
	cfg := r.cloud.cfg
	r.rights.Store(rightsOf(r.release))
	var err error
	r.functions, err = function.New(function.Config{
		Region: r.name, AccountID: accountID, Functions: r.functionConfigs(r.release), Concurrency: cfg.Limits.account,
		Log:     r.printed,
		Invoked: r.invoked(),
		Prepare: cfg.Prepare,
		Started: func(name, _ string, pid int) {
			if cfg.DebugStarted != nil && slices.Contains(cfg.Debug, strings.TrimPrefix(name, Environment+"-")) {
				cfg.DebugStarted(r.name, strings.TrimPrefix(name, Environment+"-"), pid)
			}
		},
	})
	if err != nil {
		return err
	}
	g, err := r.newGateway(r.release.Document, r.release.Specification, r.release.Checked)
	if err != nil {
		return errors.Join(err, r.functions.Close())
	}
	r.gateway.replace(g)
	r.healthPaths = r.release.healthPaths(g)
	r.server = serveClients(l, &r.gateway)
	r.life.Store(edge.NewLife())
	return nil
}

// serveLocal implements edge.Target.Local.
func (r *region) serveLocal(w http.ResponseWriter, request *http.Request) error {
	return r.life.Load().Serve(&r.gateway, w, request)
}

// printed passes a line of a function on, unless it belongs to a health check that a
// Recorder leaves out.
func (r *region) printed(name, instance, text string) {
	cfg := r.cloud.cfg
	if cfg.Recorder == nil {
		cfg.FunctionLog(r.name, name, instance, text)
	} else if _, kept := cfg.Recorder.Line(r.name, name, instance, text); kept {
		cfg.FunctionLog(r.name, name, instance, text)
	}
}

// invoked returns the function that records the begin of invocations; nil without a
// Recorder.
func (r *region) invoked() func(function.Started) {
	if r.cloud.cfg.Recorder == nil {
		return nil
	}
	return r.cloud.cfg.Recorder.Invoked
}

// newGateway returns a gateway that serves the document with the Region's functions, and
// compares their responses with the specification. The caller holds r.mu.
func (r *region) newGateway(document, specification []byte, checked bool) (*gateway.Gateway, error) {
	cfg, pool := r.cloud.cfg, r.cloud.pool.ARN()
	var observer gateway.Observer
	if cfg.Recorder != nil {
		observer = cfg.Recorder.Observer(r.name)
	}
	parsed, err := r.cloud.documentOf(document, checked)
	if err != nil {
		return nil, err
	}
	g, err := gateway.New(gateway.Config{
		Document:   document,
		Parsed:     parsed,
		Region:     r.name,
		AccountID:  accountID,
		Stage:      resource.StageName,
		Variables:  map[string]string{"environment": Environment},
		DomainName: r.address,
		Functions:  r.checked(faulty{invoker.New(r.functions, cfg.Limits.concurrency()), r.cloud}, specification),
		Pools: map[string]gateway.Pool{pool: {
			Issuer:  r.cloud.IssuerURL(),
			JWKSURL: r.cloud.IssuerURL() + "/.well-known/jwks.json",
		}},
		Throttle: cfg.Limits.Throttle,
		Firewall: cfg.Firewall,
		Log:      cfg.Log.With("region", r.name),
		Observer: observer,
		Now:      r.now,
	})
	if err == nil {
		r.serving.Store(g)
	}
	return g, err
}

// checked returns functions whose responses are compared with the specification.
func (r *region) checked(functions gateway.Functions, specification []byte) gateway.Functions {
	cfg := r.cloud.cfg
	if specification == nil || cfg.Unchecked {
		return functions
	}
	return breach.New(functions, r.cloud.specificationOf(specification), cfg.Strict, func(b breach.Breach) {
		cfg.Log.Error("the response breaks the contract", "region", r.name, "operation", b.Operation,
			"requestId", b.RequestID, "status", b.Status, "pointer", b.Pointer, "reason", b.Message)
		if cfg.Breach != nil {
			cfg.Breach(r.name, b)
		}
	})
}

// authorize refuses a function's call of DynamoDB that its operation does not declare.
// Calls without a function's session token are the developer's, who may do everything.
func (r *region) authorize(header http.Header, operation string, body []byte) (denied string) {
	name := function.CallerOf(header.Get("X-Amz-Security-Token"))
	rights := r.rights.Load()
	if name == "" || rights == nil {
		return ""
	}
	f := (*rights)[name]
	f.Name = name // of a function that the release no longer has as well: it has no rights
	return r.policy.Denied(f, dynamodb.SignedRegion(header), operation, body)
}

// rightsOf returns the rights of the functions of releases by physical name. A function
// of several releases has the rights of all of them.
func rightsOf(releases ...Release) *map[string]access.Function {
	rights := map[string]access.Function{}
	for _, release := range releases {
		for _, s := range release.Services {
			for name, f := range s.Functions {
				physical := resource.FunctionName(Environment, s.Name, name)
				grants := append(slices.Clone(rights[physical].Grants), f.Grants...)
				rights[physical] = access.Function{Name: physical, OperationID: f.OperationID, Grants: grants}
			}
		}
	}
	return &rights
}

// functionConfigs returns the functions of a release by physical name.
func (r *region) functionConfigs(release Release) map[string]function.Function {
	daemon := ""
	if r.cloud.xray != nil {
		daemon = r.cloud.xray.Address()
	}
	configs := map[string]function.Function{}
	for _, s := range release.Services {
		for name, f := range s.Functions {
			physical := resource.FunctionName(Environment, s.Name, name)
			configs[physical] = function.Function{
				Binary:      release.Binaries[s.Name][name],
				Concurrency: r.cloud.cfg.Limits.of(s.Name, name),
				MemoryMB:    f.MemoryMB,
				Timeout:     time.Duration(f.TimeoutSeconds) * time.Second,
				Debug:       slices.Contains(r.cloud.cfg.Debug, s.Name+"-"+name),
				Env: map[string]string{
					"ENVIRONMENT":                      Environment,
					"AWS_ENDPOINT_URL_DYNAMODB":        r.data.URL(),
					"AWS_ENDPOINT_URL_SECRETS_MANAGER": r.secrets.URL(),
					"AWS_XRAY_DAEMON_ADDRESS":          daemon,
				},
			}
			if strong := r.policy.StrongRegion; strong != "" && strong != r.name {
				configs[physical].Env["STRONG_REGION"] = strong
			}
			if slices.ContainsFunc(f.Grants, func(g manifest.Grant) bool { return g.Replicas }) {
				configs[physical].Env["STRONG_REPLICAS"] = strings.Join(r.policy.StrongReplicas, ",")
			}
			maps.Copy(configs[physical].Env, f.Environment)
		}
	}
	return configs
}

// stop closes the gateway and ends the functions.
func (r *region) stop() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.server == nil {
		return fmt.Errorf("stop %s: the Region is stopped already", r.name)
	}
	r.life.Swap(nil).End()
	err := errors.Join(r.server.close(), r.functions.Close())
	r.server, r.functions = nil, nil
	return err
}

// close stops the Region if it runs, and closes its other endpoints.
func (r *region) close() error {
	r.mu.Lock()
	running := r.server != nil
	r.mu.Unlock()
	var err error
	if running {
		err = r.stop()
	}
	return errors.Join(err, r.data.close(), r.secrets.close())
}
