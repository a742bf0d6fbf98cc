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
)

// unchecked is the setting without the comparison of responses with the specification,
// which serverless-offline does not make.
const unchecked = "CHECK=0"

// rounds is the number of times that each gateway is started.
const rounds = 3

// Gateway compares the embedded cloud with serverless-offline on one route: the time
// from the command to the first response of a Lambda, and requests per second. The
// request is a PATCH of an account without If-Match. A gateway checks its token and
// its body, and the Lambda responds with 428 without a call to its table.
//
// It needs Node, and installs serverless-offline below dist.
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
	warm, err := startMeridian(ctx, ws, unchecked)
	if err != nil {
		return err
	}
	if err := warm.stop(); err != nil {
		return err
	}

	offline := &gatewayRun{name: "serverless-offline"}
	region := &gatewayRun{name: "Meridian, a Region"}
	edge := &gatewayRun{name: "Meridian, the edge"}
	checked := &gatewayRun{name: "Meridian, a Region that checks responses"}
	for range rounds {
		g, err := startMeridian(ctx, ws, unchecked)
		if err != nil {
			return err
		}
		region.first = append(region.first, g.first)
		if err := errors.Join(region.load(ctx, g.region, g.caller), edge.load(ctx, g.edge, g.caller), g.stop()); err != nil {
			return err
		}
		c, err := startMeridian(ctx, ws)
		if err != nil {
			return err
		}
		checked.first = append(checked.first, c.first)
		if err := errors.Join(checked.load(ctx, c.region, c.caller), c.stop()); err != nil {
			return err
		}
		o, err := peer.start(ctx, g.caller)
		if err != nil {
			return err
		}
		offline.first = append(offline.first, o.first)
		if err := errors.Join(offline.load(ctx, o.region, o.caller), o.stop()); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "\nA route without a table, with its token and body checked; %d connections; medians of %d\n\n", connections, rounds)
	if err := printGateways(out, offline, region, edge, checked); err != nil {
		return err
	}
	_, err = fmt.Fprint(out, `
Meridian checks the token's signature and runs the Lambda's binary in a process for each concurrent request.
serverless-offline does not check signatures, and runs a Node handler in a thread of its process.
Only the last row compares the Lambda's responses with the specification, as "mage up" does by default.
`)
	return err
}

// printGateways prints the medians of the runs and their ratio to the first run.
func printGateways(out io.Writer, runs ...*gatewayRun) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tfirst response\t×\trequests/s\t×\tp50\tp99\t")
	for _, r := range runs {
		first, ratio := "", ""
		if len(r.first) > 0 {
			first = fmt.Sprintf("%.2f s", median(r.first).Seconds())
			ratio = fmt.Sprintf("%.2f", median(r.first).Seconds()/median(runs[0].first).Seconds())
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%.0f\t%.2f\t%.1f ms\t%.1f ms\t\n", r.name, first, ratio,
			median(r.perSecond), median(r.perSecond)/median(runs[0].perSecond), milliseconds(median(r.p50)), milliseconds(median(r.p99)))
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
}

// gateway is a running gateway. stop ends its process.
type gateway struct {
	cmd          *exec.Cmd
	root         string // of the monorepo that Meridian runs from; empty for another gateway
	edge, region string
	caller       caller
	// first is the time from exec to the first response of a Lambda.
	first time.Duration
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
		status, err := g.caller.send(ctx, http.DefaultClient, g.region)
		if err == nil && status == wantStatus {
			g.first = time.Since(began)
			return nil
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
