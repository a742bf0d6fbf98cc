package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/up/running"
)

// Settings of `go tool mage up` without what serverless-offline does not do either: the
// comparison of responses with the specification, and the record of requests.
const (
	unchecked  = "CHECK=0"
	unrecorded = "RECORD=0"
)

// rounds is the number of times that each gateway is started.
const rounds = 3

// Gateway compares the embedded cloud with serverless-offline on two routes, and prints
// how long a change of the source takes. It needs Node, and installs serverless-offline
// below dist.
//
// The first route is a PATCH of an account without If-Match. A gateway checks its token
// and its body, and the Lambda responds with 428 without a call to its table. The second
// one is getMyAccount, with one read of the table.
func Gateway(ctx context.Context, dir string, out io.Writer) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "installing serverless-offline, warming the build")
	peer, err := installOffline(ctx, ws)
	if err != nil {
		return err
	}
	warm, err := startMeridian(ctx, ws)
	if err != nil {
		return err
	}
	if err := warm.stop(); err != nil {
		return err
	}
	if err := compareRoutes(ctx, ws, peer, out); err != nil {
		return err
	}
	if err := compareRegions(ctx, ws, peer, out); err != nil {
		return err
	}
	fmt.Fprintln(out)
	return Reload(ctx, dir, out)
}

// compareRoutes prints the figures of the route without a table.
func compareRoutes(ctx context.Context, ws workspace.Workspace, peer *offlinePeer, out io.Writer) error {
	offline := &gatewayRun{name: "serverless-offline"}
	edge := &gatewayRun{name: "the edge, in front of it"}
	regions := []struct {
		gatewayRun
		settings []string
	}{
		{gatewayRun{name: "a Region"}, []string{unchecked, unrecorded}},
		{gatewayRun{name: "records requests"}, []string{unchecked}},
		{gatewayRun{name: "and checks responses"}, nil}, // the default
	}
	for range rounds {
		var c caller
		for i := range regions {
			r := &regions[i]
			g, err := startMeridian(ctx, ws, r.settings...)
			if err != nil {
				return err
			}
			c = g.caller
			r.first = append(r.first, g.first)
			err = r.load(ctx, g.loaded(g.region), c.update())
			if i == len(regions)-1 && err == nil {
				err = edge.load(ctx, g.loaded(g.edge), c.update())
			}
			if err := errors.Join(err, g.stop()); err != nil {
				return err
			}
		}
		o, err := peer.start(ctx, c, nil)
		if err != nil {
			return err
		}
		offline.first = append(offline.first, o.first)
		if err := errors.Join(offline.load(ctx, o.loaded(o.region), c.update()), o.stop()); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "\nA route without a table, with its token and body checked; %d connections; medians of %d\n\n", connections, rounds)
	if err := printGateways(out, offline, &regions[0].gatewayRun, &regions[1].gatewayRun, &regions[2].gatewayRun, edge); err != nil {
		return err
	}
	_, err := fmt.Fprint(out, `
Meridian checks the token's signature and runs the Lambda's binary in a process for each concurrent request.
serverless-offline does not check signatures, and runs a Node handler in a thread of its process.
"mage up" does what the last two rows do. CPU is that of all processes but the load generator's.
`)
	return err
}

// printGateways prints the medians of the runs and their ratio to the first run.
func printGateways(out io.Writer, runs ...*gatewayRun) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tfirst response\t×\trequests/s\t×\tCPU ms/request\t×\tp50\tp99\t")
	peer := runs[0]
	for _, r := range runs {
		first, ratio := "", ""
		if len(r.first) > 0 {
			first = fmt.Sprintf("%.2f s", median(r.first).Seconds())
			ratio = fmt.Sprintf("%.2f", median(r.first).Seconds()/median(peer.first).Seconds())
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%.0f\t%.2f\t%.2f\t%.2f\t%.1f ms\t%.1f ms\t\n", r.name, first, ratio,
			median(r.perSecond), median(r.perSecond)/median(peer.perSecond),
			milliseconds(median(r.cpu)), float64(median(r.cpu))/float64(median(peer.cpu)),
			milliseconds(median(r.p50)), milliseconds(median(r.p99)))
	}
	return w.Flush()
}

// gatewayRun has the figures of a gateway, one for each round.
type gatewayRun struct {
	name string
	// first is the time to the first response. It is empty if another run has it.
	first     []time.Duration
	perSecond []float64
	p50, p99  []time.Duration
	cpu       []time.Duration // of one request
	memory    []usage         // after the load
}

// gateway is a running gateway. stop ends its process.
type gateway struct {
	cmd          *exec.Cmd
	root         string // of the monorepo that Meridian runs from; empty for another gateway
	edge, region string
	regions      []running.Region
	caller       caller
	// first is the time from exec to the first response of a Lambda.
	first time.Duration
}

// loaded returns the gateway as the receiver of a load, at one of its addresses.
func (g *gateway) loaded(base string) loaded {
	return loaded{caller: g.caller, base: base, pid: g.cmd.Process.Pid}
}

func (g *gateway) stop() error {
	if err := g.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	g.cmd.Wait() // its error is the signal
	if g.root == "" {
		return nil
	}
	return waitForEnd(g.root)
}

// await sends requests until the Lambda responds, and sets first to the time since began.
func (g *gateway) await(ctx context.Context, began time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		status, first := 0, g.caller.update()
		resp, _, err := g.caller.send(ctx, http.DefaultClient, g.region, "", first)
		if err == nil {
			if status = resp.StatusCode; status == first.status {
				g.first = time.Since(began)
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: no response of the Lambda within a minute: status %d, error %v", strings.Join(g.cmd.Args, " "), status, err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// beginning keeps the first 4,096 bytes of a command's output, for the error of a
// failed start.
type beginning []byte

func (b *beginning) Write(p []byte) (int, error) {
	*b = append(*b, p[:min(len(p), 4096-len(*b))]...)
	return len(p), nil
}

// freePort returns a port that is free on the loopback address.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port), nil
}
