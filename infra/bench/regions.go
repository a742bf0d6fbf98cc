package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/geo"
)

// regionsOfUp are the Regions that the cloud is started with, in turn.
var regionsOfUp = [][]string{
	{"us-east-1"},
	{"us-east-1", "us-west-2"},
	{"us-east-1", "us-west-2", "eu-west-1", "ap-southeast-2"},
}

// compareRegions prints the figures of getMyAccount with several numbers of Regions. The
// peer reads the same table, of a cloud that is idle otherwise.
func compareRegions(ctx context.Context, ws workspace.Workspace, peer *offlinePeer, out io.Writer) error {
	offline := &gatewayRun{name: "serverless-offline"}
	runs := make([]gatewayRun, len(regionsOfUp))
	for range rounds {
		for i, names := range regionsOfUp {
			if err := runs[i].loadRegions(ctx, ws, names, func(g *gateway) error {
				if i > 0 {
					return nil
				}
				return offline.loadPeer(ctx, peer, g)
			}); err != nil {
				return err
			}
		}
	}
	fmt.Fprintf(out, "\ngetMyAccount, with one read of its table; %d clients, of every Region; medians of %d\n\n", connections, rounds)
	return printRegions(out, offline, runs)
}

// loadRegions starts the cloud, loads it through the edge as clients near to each of its
// Regions, and calls then.
func (r *gatewayRun) loadRegions(ctx context.Context, ws workspace.Workspace, names []string, then func(*gateway) error) error {
	g, err := startMeridian(ctx, ws, "REGIONS="+strings.Join(names, ","))
	if err != nil {
		return err
	}
	to := g.loaded(g.edge)
	for _, name := range names {
		at, ok := geo.Locate(name)
		if !ok {
			return errors.Join(fmt.Errorf("unknown Region %q", name), g.stop())
		}
		to.locations = append(to.locations, fmt.Sprintf("%g,%g", at.Latitude, at.Longitude))
	}
	err = r.load(ctx, to, g.caller.mine())
	if err == nil {
		err = then(g)
	}
	return errors.Join(err, g.stop())
}

// loadPeer loads the peer, whose function reads the table of a running cloud.
func (r *gatewayRun) loadPeer(ctx context.Context, peer *offlinePeer, cloud *gateway) error {
	o, err := peer.start(ctx, cloud.caller, &cloud.regions[0])
	if err != nil {
		return err
	}
	return errors.Join(r.load(ctx, o.loaded(o.region), o.caller.mine()), o.stop())
}

// printRegions prints the medians of the runs, and the memory that one more Region takes.
func printRegions(out io.Writer, peer *gatewayRun, runs []gatewayRun) error {
	memory := func(r *gatewayRun, figure func(usage) int64) float64 {
		values := make([]int64, len(r.memory))
		for i, u := range r.memory {
			values[i] = figure(u)
		}
		return float64(median(values)) / 1e6
	}
	process := func(u usage) int64 { return u.largest }
	all := func(u usage) int64 { return u.memory }
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tp50\t×\tp99\t×\trequests/s\t×\tprocess MB\t×\tMB per Region\tall processes MB\t")
	row := func(r *gatewayRun, name, each string) {
		fmt.Fprintf(w, "%s\t%.1f ms\t%.2f\t%.1f ms\t%.2f\t%.0f\t%.2f\t%.0f\t%.2f\t%s\t%.0f\t\n", name,
			milliseconds(median(r.p50)), float64(median(r.p50))/float64(median(peer.p50)),
			milliseconds(median(r.p99)), float64(median(r.p99))/float64(median(peer.p99)),
			median(r.perSecond), median(r.perSecond)/median(peer.perSecond),
			memory(r, process), memory(r, process)/memory(peer, process), each, memory(r, all))
	}
	row(peer, peer.name, "")
	for i := range runs {
		n, each := len(regionsOfUp[i]), ""
		if i > 0 {
			each = fmt.Sprintf("%.0f", (memory(&runs[i], process)-memory(&runs[0], process))/float64(n-1))
		}
		row(&runs[i], plural(n, "Region"), each)
	}
	return w.Flush()
}

// plural returns a number with its noun.
func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
