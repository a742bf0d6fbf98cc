package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/meridian-api/meridian/contract/workspace"
)

// rounds is how often each gateway is started, in turn.
const rounds = 3

// Gateway compares the embedded cloud with serverless-offline on one route, in
// one run: from the command to the first answer of a Lambda, and requests per
// second. The request is a PATCH of an account without If-Match. A gateway
// checks its token and its body; the Lambda answers 428 without asking a table.
//
// It takes Node, and installs the peer below dist.
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

	offline := &gatewayRun{name: "serverless-offline"}
	region := &gatewayRun{name: "Meridian, a Region"}
	edge := &gatewayRun{name: "Meridian, the edge"}
	for range rounds {
		g, err := startMeridian(ctx, ws)
		if err != nil {
			return err
		}
		region.first = append(region.first, g.first)
		if err := errors.Join(region.load(ctx, g.region, g.caller), edge.load(ctx, g.edge, g.caller), g.stop()); err != nil {
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
	fmt.Fprintf(out, "\nA route without a table, token and body checked, %d connections; medians of %d\n\n", connections, rounds)
	if err := printGateways(out, offline, region, edge); err != nil {
		return err
	}
	_, err = fmt.Fprint(out, `
Meridian checks the token's signature and runs the Lambda's own binary, a process for each request at a time.
serverless-offline does not check signatures, and runs a Node handler in a thread of its own process.
`)
	return err
}

// printGateways prints the runs' medians, and how many times the first one's they are.
func printGateways(out io.Writer, runs ...*gatewayRun) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tfirst answer\t×\trequests/s\t×\tp50\tp99\t")
	for _, r := range runs {
		first, ratio := "", ""
		if len(r.first) > 0 {
			first = fmt.Sprintf("%.2f s", middle(r.first).Seconds())
			ratio = fmt.Sprintf("%.2f", middle(r.first).Seconds()/middle(runs[0].first).Seconds())
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%.0f\t%.2f\t%.1f ms\t%.1f ms\t\n", r.name, first, ratio,
			middle(r.perSecond), middle(r.perSecond)/middle(runs[0].perSecond), milliseconds(middle(r.p50)), milliseconds(middle(r.p99)))
	}
	return w.Flush()
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }

func middle[T int | float64 | time.Duration](values []T) T {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}

// gatewayRun are a gateway's figures, one of each round; first is empty where
// the start is another's.
type gatewayRun struct {
	name      string
	first     []time.Duration
	perSecond []float64
	p50, p99  []time.Duration
}

// gateway is a running one. Its process ends with stop.
type gateway struct {
	cmd          *exec.Cmd
	edge, region string
	caller       caller
	// first is the time from exec to the first answer of a Lambda.
	first time.Duration
}

func (g *gateway) stop() error {
	if err := g.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	g.cmd.Wait() // ended by a signal: the error says so
	return nil
}

// await asks the gateway until the Lambda has answered, and notes how long it took since began.
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
			return fmt.Errorf("%s does not answer within a minute: %d, %v", strings.Join(g.cmd.Args, " "), status, err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// beginning keeps what a command prints first, by which a failed start is told.
type beginning []byte

func (b *beginning) Write(p []byte) (int, error) {
	*b = append(*b, p[:min(len(p), 4096-len(*b))]...)
	return len(p), nil
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port), nil
}
