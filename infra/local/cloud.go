package local

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/local/dynamodb"
	"github.com/meridian-api/meridian/infra/local/edge"
	"github.com/meridian-api/meridian/infra/local/gateway"
	"github.com/meridian-api/meridian/infra/local/issuer"
	"github.com/meridian-api/meridian/infra/local/secrets"
	"github.com/meridian-api/meridian/infra/local/xray"
	"github.com/meridian-api/meridian/platform/resource"
)

// Names of the embedded deployment.
const (
	Environment = "local"        // first part of the names of functions and tables
	accountID   = "000000000000" // of the AWS account
	stage       = "v1"
	poolName    = "MERIDIAN"
	clientID    = "meridian-mobile"
)

// Config is what runs, and where.
type Config struct {
	Settings
	// Edge is where the edge listens, from Listen; Start takes it over.
	Edge net.Listener
	// Document is the deployable document, its user pools not yet filled in.
	Document []byte
	// Services are the contexts' manifests.
	Services []*manifest.Service
	// Binaries are the functions' executables by context and function.
	Binaries map[string]map[string]string
	// Users are had besides the demo users.
	Users []issuer.User
	// Log takes the access logs of gateways and the state changes of the edge.
	Log *slog.Logger
	// FunctionLog takes every line that a function prints, as it comes.
	FunctionLog func(region, function, instance, line string)
	// Throttle and Firewall are those of every Region's gateway; nil lets everything pass.
	Throttle *gateway.Throttle
	Firewall func(*http.Request) bool
	// Trace takes every X-Ray document that a function sends; nil takes none.
	Trace func(document []byte)
}

// Cloud is the embedded cloud, running.
type Cloud struct {
	cfg     Config
	pool    *issuer.Issuer
	issuer  *server
	data    *dynamodb.Global
	secrets *secrets.Manager
	xray    *xray.Daemon
	regions []*region
	edge    *edge.Edge
	front   *server
	mounted atomic.Pointer[mount] // beside the API on the edge's address
}

// Start boots every part and answers when the edge does. On an error nothing is
// left running.
func Start(ctx context.Context, cfg Config) (_ *Cloud, err error) {
	c := &Cloud{cfg: cfg, front: &server{listener: cfg.Edge}}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Close())
		}
	}()
	if err := c.startIssuer(); err != nil {
		return nil, err
	}
	if c.data, err = dynamodb.Open(ctx, dynamodb.Config{
		Regions: cfg.Regions, Tables: cfg.tables(), Lag: cfg.ReplicationLag, Remote: cfg.DynamoDB, Log: cfg.Log,
	}); err != nil {
		return nil, err
	}
	c.secrets = secrets.New(accountID, cfg.secretNames())
	if cfg.Trace != nil {
		if c.xray, err = xray.Listen(cfg.Trace); err != nil {
			return nil, err
		}
	}
	for _, name := range cfg.Regions {
		r, err := newRegion(c, name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		c.regions = append(c.regions, r)
		if err := r.start(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return c, c.startEdge(ctx)
}

func (c *Cloud) startIssuer() error {
	home := c.cfg.Regions[0]
	var err error
	c.pool, err = issuer.New(issuer.Config{
		PoolID: home + "_" + poolName, Region: home, ClientID: clientID, Users: c.Users(),
		Lifetime: 24 * time.Hour, // a day's work with the token that was printed
	})
	if err != nil {
		return err
	}
	listener, err := listen("0")
	if err != nil {
		return err
	}
	c.issuer = serve(listener, c.pool.Handler("http://"+listener.Addr().String()))
	return nil
}

func (c *Cloud) startEdge(ctx context.Context) error {
	var targets []edge.Target
	for _, r := range c.regions {
		targets = append(targets, edge.Target{Region: r.name, URL: mustParse(r.URL()), HealthPaths: c.cfg.healthPaths()})
	}
	var err error
	if c.edge, err = edge.New(edge.Config{Targets: targets, Log: c.cfg.Log}); err != nil {
		return err
	}
	c.edge.Start(ctx)
	api := c.edge.Handler()
	c.front = serveClients(c.front.listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if m := c.mounted.Load(); m != nil && (r.URL.Path == m.path || strings.HasPrefix(r.URL.Path, m.path+"/")) {
			m.handler.ServeHTTP(w, r)
			return
		}
		api.ServeHTTP(w, r)
	}))
	return nil
}

type mount struct {
	path    string
	handler http.Handler
}

// Mount serves h at path and below it on the edge's address, beside the API:
// for what has to know the running cloud, such as its documentation. The path
// must be none of the API's. There is one such place; a later call replaces it.
func (c *Cloud) Mount(path string, h http.Handler) { c.mounted.Store(&mount{path, h}) }

// tables are the contexts' tables by physical name.
func (cfg Config) tables() map[string]manifest.Table {
	tables := map[string]manifest.Table{}
	for _, s := range cfg.Services {
		for name, t := range s.Tables {
			tables[resource.TableName(Environment, name)] = t
		}
	}
	return tables
}

// secretNames are the contexts' secrets by physical name.
func (cfg Config) secretNames() []string {
	var names []string
	for _, s := range cfg.Services {
		for name := range s.Secrets {
			names = append(names, resource.SecretName(Environment, name))
		}
	}
	return names
}

// scopes are all that the contexts declare, sorted.
func (cfg Config) scopes() []string {
	var scopes []string
	for _, s := range cfg.Services {
		scopes = slices.AppendSeq(scopes, maps.Keys(s.Scopes))
	}
	slices.Sort(scopes)
	return scopes
}

func (cfg Config) healthPaths() []string {
	var paths []string
	for _, s := range cfg.Services {
		for _, f := range s.Functions {
			if f.Health {
				paths = append(paths, f.Path)
			}
		}
	}
	slices.Sort(paths)
	return paths
}

// document is the deployable document with the embedded user pool filled in.
func (c *Cloud) document() []byte { return deployable.Fill(c.cfg.Document, []string{c.pool.ARN()}) }

// URL is the edge's address, where clients call.
func (c *Cloud) URL() string { return c.front.URL() }

// IssuerURL is the issuer of the tokens, as in their claim iss.
func (c *Cloud) IssuerURL() string { return c.pool.URL(c.issuer.URL()) }

// Token makes tokens of a demo user.
func (c *Cloud) Token(user string) (access, id string, err error) {
	if access, err = c.pool.AccessToken(user); err != nil {
		return "", "", err
	}
	id, err = c.pool.IDToken(user)
	return access, id, err
}

// RotateSecret gives a secret, by its logical name, a new value in all Regions.
func (c *Cloud) RotateSecret(name string) error {
	return c.secrets.Rotate(resource.SecretName(Environment, name))
}

// Settled waits until every write has reached every Region that it can reach.
func (c *Cloud) Settled(ctx context.Context) error { return c.data.Settled(ctx) }

// Cut cuts the replication between two Regions; writes wait. Heal delivers them.
func (c *Cloud) Cut(a, b string) error { return c.data.Cut(a, b) }

// Heal mends what Cut cut.
func (c *Cloud) Heal(a, b string) error { return c.data.Heal(a, b) }

// StopRegion takes a whole Region down: its gateway refuses connections, its
// functions end, and it receives and sends no replication.
func (c *Cloud) StopRegion(name string) error { return c.withRegion(name, (*region).stop, c.data.Cut) }

// StartRegion brings a stopped Region back, with its data as of its end; what
// was written elsewhere arrives by replication.
func (c *Cloud) StartRegion(name string) error {
	return c.withRegion(name, (*region).start, c.data.Heal)
}

func (c *Cloud) withRegion(name string, do func(*region) error, link func(a, b string) error) error {
	i := slices.IndexFunc(c.regions, func(r *region) bool { return r.name == name })
	if i < 0 {
		return fmt.Errorf("no Region %q here", name)
	}
	errs := []error{do(c.regions[i])}
	for _, other := range c.regions {
		if other.name != name {
			errs = append(errs, link(name, other.name))
		}
	}
	return errors.Join(errs...)
}

// Close ends everything, every function's process included, and waits for it.
func (c *Cloud) Close() error {
	var errs []error
	if c.edge != nil {
		errs = append(errs, c.edge.Close())
	}
	errs = append(errs, c.front.close())
	for _, r := range c.regions {
		errs = append(errs, r.close())
	}
	if c.data != nil {
		errs = append(errs, c.data.Close())
	}
	if c.xray != nil {
		errs = append(errs, c.xray.Close())
	}
	return errors.Join(append(errs, c.issuer.close())...)
}

// Listen takes the edge's port on the loopback address, 0 for any free one. It
// comes before the build, so that a taken port is told at once.
func Listen(port int) (net.Listener, error) {
	l, err := listen(strconv.Itoa(port))
	if err != nil && port != 0 {
		return nil, fmt.Errorf("PORT: port %d is taken or not allowed: set PORT to another one, or to 0 for any free one (%w)", port, err)
	}
	return l, err
}

// listen takes a port on the loopback address; "0" is any free one.
func listen(port string) (net.Listener, error) {
	return net.Listen("tcp", net.JoinHostPort("127.0.0.1", port))
}

func mustParse(raw string) *url.URL {
	u, err := url.Parse(raw)
	if err != nil {
		panic(err) // our own listener's address
	}
	return u
}

// Place is where a Region answers.
type Place struct {
	Name string
	// URL is the gateway's, DynamoDB the Region's DynamoDB endpoint.
	URL, DynamoDB string
}

// Regions are the Regions with their addresses, in the order of the settings.
func (c *Cloud) Regions() []Place {
	var places []Place
	for _, r := range c.regions {
		places = append(places, Place{r.name, r.URL(), r.data.URL()})
	}
	return places
}

// Users are all who can have tokens: the demo users, and those configured.
func (c *Cloud) Users() []issuer.User { return append(users(c.cfg.scopes()), c.cfg.Users...) }
