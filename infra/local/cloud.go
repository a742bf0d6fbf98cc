package local

import (
	"bytes"
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
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/local/breach"
	"github.com/meridian-api/meridian/infra/local/control"
	"github.com/meridian-api/meridian/infra/local/dynamodb"
	"github.com/meridian-api/meridian/infra/local/edge"
	"github.com/meridian-api/meridian/infra/local/gateway"
	"github.com/meridian-api/meridian/infra/local/issuer"
	"github.com/meridian-api/meridian/infra/local/secrets"
	"github.com/meridian-api/meridian/infra/local/xray"
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/platform/system"
)

// Names of the embedded deployment.
const (
	Environment = "local"        // the first part of the names of functions and tables
	accountID   = "000000000000" // the AWS account
)

// Config configures a Cloud.
type Config struct {
	Settings
	// Edge is the edge's listener, from Listen. The cloud closes it.
	Edge net.Listener
	// Release is what every Region runs until Deploy replaces it. The cloud has the
	// tables, secrets and scopes of its manifests.
	Release
	// Data is the folder that keeps the tables when the cloud ends. If it is empty, they are
	// in memory. The caller acts on Fresh.
	Data string
	// Users are added to the demo users.
	Users []issuer.User
	// Log receives the access logs of the gateways and the state changes of the edge.
	Log *slog.Logger
	// Prepare makes a binary of the release exist before its first process starts. If it
	// is nil, all binaries exist.
	Prepare func(binary string) error
	// DebugStarted receives the process ID of each process of a function in Debug. It may
	// be nil.
	DebugStarted func(region, function string, pid int)
	// Breach receives each difference between a response of a function and the
	// specification. It may be nil: Log has them, too.
	Breach func(region string, b breach.Breach)
	// FunctionLog receives each line that a function prints.
	FunctionLog func(region, function, instance, line string)
	// Limits limits the functions and the gateway of every Region, as an environment's
	// settings do on AWS.
	Limits Limits
	// Firewall blocks requests to the gateway of every Region; nil passes every request.
	Firewall func(*http.Request) bool
	// Trace receives each X-Ray document that a function sends. If it is nil, the
	// cloud has no X-Ray daemon.
	Trace func(document []byte)
	// ChecksDeferred leaves the health checks to StartChecks. Until then every Region counts
	// as healthy. Start otherwise waits for the first check, which starts a process for each
	// health operation in each Region.
	ChecksDeferred bool
	// Recorder records the requests; nil records none.
	Recorder *control.Recorder
}

// Cloud is a running embedded cloud.
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
	mounts  mounts
	links   links
	faults  sync.Map // of control.Fault, by physical name of the function
	calls   lastCalls

	sharing       sync.Mutex // guards the fields below: the latest ones, which all Regions share
	specification *breach.Specification
	document      *gateway.Document
	documentFrom  []byte // what document was parsed from
}

// Start starts all parts of the cloud and returns when the edge accepts requests. If
// it fails, it stops what it started.
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
		Regions: cfg.Regions, Tables: cfg.tables(), Lag: cfg.ReplicationLag, StaleReads: cfg.StaleReads,
		Data: cfg.Data, Remote: cfg.DynamoDB, Log: cfg.Log,
	}); err != nil {
		return nil, err
	}
	c.secrets = secrets.New(secrets.Config{
		AccountID: accountID, Names: cfg.secretNames(), Primary: cfg.Regions[0], Lag: cfg.ReplicationLag,
	})
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
	}
	var group errgroup.Group // each Region reads the document, which takes most of the start
	for _, r := range c.regions {
		group.Go(func() error {
			if err := r.start(); err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return c, c.startEdge(ctx)
}

func (c *Cloud) startIssuer() error {
	home := c.cfg.Regions[0]
	var err error
	c.pool, err = issuer.New(issuer.Config{
		PoolID: home + "_" + strings.ToUpper(system.Current().Name), Region: home, ClientID: system.Current().Name + "-mobile", Users: c.Users(),
		Lifetime: 24 * time.Hour, // the token that `mage up` prints lasts for a day's work
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
		targets = append(targets, edge.Target{Region: r.name, URL: mustParse(r.URL()), Local: r.serveLocal, HealthPaths: r.healthPaths})
	}
	var err error
	if c.edge, err = edge.New(edge.Config{Targets: targets, Log: c.cfg.Log}); err != nil {
		return err
	}
	if !c.cfg.ChecksDeferred {
		c.StartChecks(ctx)
	}
	api := c.watched(c.edge.Handler())
	c.front = serveClients(c.front.listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h := c.mounts.find(r); h != nil {
			h.ServeHTTP(w, r)
			return
		}
		api.ServeHTTP(w, r)
	}))
	return nil
}

// documentOf returns the document in data with the cloud's user pool. checked says that a
// gateway has served it before.
func (c *Cloud) documentOf(data []byte, checked bool) (*gateway.Document, error) {
	c.sharing.Lock()
	defer c.sharing.Unlock()
	if c.document != nil && bytes.Equal(c.documentFrom, data) {
		return c.document, nil
	}
	filled := deployable.Fill(data, deployable.Values{Name: Environment, PoolARNs: []string{c.pool.ARN()}})
	parsed, err := gateway.Parse(filled, checked)
	if err != nil {
		return nil, err
	}
	c.document, c.documentFrom = parsed, data
	return parsed, nil
}

// specificationOf returns the specification in data.
func (c *Cloud) specificationOf(data []byte) *breach.Specification {
	c.sharing.Lock()
	defer c.sharing.Unlock()
	if !c.specification.Is(data) {
		c.specification = breach.NewSpecification(data)
	}
	return c.specification
}

// StartChecks starts the edge's health checks, which continue until ctx is done, and returns
// after the first one. Only the first call has an effect.
func (c *Cloud) StartChecks(ctx context.Context) { c.edge.Start(ctx) }

// tables returns the contexts' tables by physical name.
func (cfg Config) tables() map[string]manifest.Table {
	tables := map[string]manifest.Table{}
	for _, s := range cfg.Services {
		for name, t := range s.Tables {
			tables[resource.TableName(Environment, name)] = t
		}
	}
	return tables
}

// secretNames returns the physical names of the contexts' secrets.
func (cfg Config) secretNames() []string {
	var names []string
	for _, s := range cfg.Services {
		for name := range s.Secrets {
			names = append(names, resource.SecretName(Environment, name))
		}
	}
	return names
}

// scopes returns all scopes that the contexts declare, sorted.
func (cfg Config) scopes() []string {
	var scopes []string
	for _, s := range cfg.Services {
		scopes = slices.AppendSeq(scopes, maps.Keys(s.Scopes))
	}
	slices.Sort(scopes)
	return scopes
}

// URL returns the edge's address, which clients call.
func (c *Cloud) URL() string { return c.front.URL() }

// IssuerURL returns the issuer of the tokens, as in their claim iss.
func (c *Cloud) IssuerURL() string { return c.pool.URL(c.issuer.URL()) }

// Token returns tokens of a user, valid for 24 hours.
func (c *Cloud) Token(user string, options ...issuer.Option) (access, id string, err error) {
	if access, err = c.pool.AccessToken(user, options...); err != nil {
		return "", "", err
	}
	id, err = c.pool.IDToken(user, options...)
	return access, id, err
}

// RotateSecret sets a new value of a secret in all Regions. name is its logical name.
func (c *Cloud) RotateSecret(name string) error {
	return c.secrets.Rotate(resource.SecretName(Environment, name))
}

// Warm starts a process of each function in Settings.Debug, in every Region that runs, so
// that a debugger can attach before the first request.
func (c *Cloud) Warm(ctx context.Context) error {
	var errs []error
	for _, r := range c.regions {
		r.mu.Lock()
		functions := r.functions
		r.mu.Unlock()
		for _, name := range c.cfg.Debug {
			if functions != nil {
				errs = append(errs, functions.Warm(ctx, Environment+"-"+name))
			}
		}
	}
	return errors.Join(errs...)
}

// Settled waits until every write has reached every Region that is not cut off.
func (c *Cloud) Settled(ctx context.Context) error { return c.data.Settled(ctx) }

// Drain takes a Region out of the edge's DNS, or brings it back. The Region keeps
// running, and its own endpoint serves. The last Region in DNS cannot be taken out.
func (c *Cloud) Drain(name string, drained bool) error { return c.edge.SetDrained(name, drained) }

func (c *Cloud) region(name string) (*region, error) {
	for _, r := range c.regions {
		if r.name == name {
			return r, nil
		}
	}
	return nil, fmt.Errorf("the cloud does not run the Region %q: use one of %s", name, strings.Join(c.cfg.Regions, ", "))
}

// Close stops all parts of the cloud, including the processes of functions, and waits
// until they have ended.
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

// Listen listens on the edge's port of the loopback address; 0 selects any free port.
// It is apart from Start so that a caller can report a port in use before it builds
// the functions.
func Listen(port int) (net.Listener, error) {
	l, err := listen(strconv.Itoa(port))
	if err != nil && port != 0 {
		return nil, fmt.Errorf("PORT: port %d is in use or not allowed: set PORT to another port, or to 0 for any free one (%w)", port, err)
	}
	return l, err
}

// listen listens on a port of the loopback address; "0" selects any free port.
func listen(port string) (net.Listener, error) {
	return net.Listen("tcp", net.JoinHostPort("127.0.0.1", port))
}

func mustParse(raw string) *url.URL {
	u, err := url.Parse(raw)
	if err != nil {
		panic(err) // raw is the address of a listener of this package
	}
	return u
}

// Endpoints are the addresses of a Region.
type Endpoints struct {
	// Name is the Region's name.
	Name string
	// URL is the endpoint of the gateway, and DynamoDB the endpoint of DynamoDB.
	URL, DynamoDB string
}

// Regions returns the Regions' endpoints in the order of the settings.
func (c *Cloud) Regions() []Endpoints {
	var list []Endpoints
	for _, r := range c.regions {
		list = append(list, Endpoints{r.name, r.URL(), r.data.URL()})
	}
	return list
}

// Users returns the users that Token accepts: the demo users and Config.Users.
func (c *Cloud) Users() []issuer.User { return append(demoUsers(c.cfg.scopes()), c.cfg.Users...) }
