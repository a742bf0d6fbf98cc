package estimate

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// Print writes the tables and all that is assumed.
func (e *Estimate) Print(out io.Writer) error {
	fmt.Fprintf(out, "A month in US dollars, by operation and Region\n\n")
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "operation\tRegion\trequests\tAPI Gateway\tLambda\tDynamoDB\tlogs\tX-Ray\ttotal\t")
	line := func(name, region string, c Cost) {
		fmt.Fprintf(w, "%s\t%s\t%.0f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t\n",
			name, region, c.Requests, c.API, c.Lambda, c.DynamoDB, c.Logs, c.XRay, c.Total())
	}
	for _, r := range e.Rows {
		line(r.Operation, r.Region, r.Cost)
	}
	var sum Cost
	totals := e.Totals()
	for _, r := range e.Regions {
		line("all operations", r, totals[r])
		sum.add(totals[r])
	}
	line("all operations", "all Regions", sum)
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nA Region at rest, a month in US dollars\n\n")
	w = tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, i := range e.Rest {
		fmt.Fprintf(w, "%s\t%d\t%.2f\t%.2f\t\n", i.Name, i.Many, i.Each, i.Total())
	}
	fmt.Fprintf(w, "all\t\t\t%.2f\t\n", e.restOfARegion())
	if err := w.Flush(); err != nil {
		return err
	}
	rest := e.restOfARegion() * float64(len(e.Regions))
	fmt.Fprintf(out, "\nRequests %.2f, secrets and their replicas %.2f, Regions at rest %.2f. All: %.2f.\n", sum.Total(), e.Secrets, rest, sum.Total()+e.Secrets+rest)

	fmt.Fprintf(out, "\nA client's round trip to its Region, in milliseconds\n\n")
	w = tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	list := slices.Clone(e.Places)
	slices.SortStableFunc(list, func(a, b Place) int { return cmp.Compare(a.RoundTrip, b.RoundTrip) })
	for _, p := range list {
		fmt.Fprintf(w, "%s\t%s\t%.0f\n", p.Name, p.Region, p.RoundTrip)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	t := e.Traffic
	_, err := fmt.Fprintf(out, `
Assumed, all of it in infra/estimate:
- Traffic: traffic.json. Clients are spread over cities.json by inhabitants and go to the nearest Region.
- Prices of %s: %s
- A request is billed %.0f ms of its function's memory, writes %.0f bytes of log, is traced with probability %.2f,
  and uses each of its rights on DynamoDB once, %.1f units a read and %.1f a write; writes are paid for in every Region,
  and a transaction's cost twice what is shown.
- %.0f of Route 53's checkers ask each context in each Region every %.0f s; what they ask is not traced.
- A round trip is %d ms of access network and %.1f times the great circle at two thirds of the speed of light.
  A first request adds a round trip for TCP and one for TLS 1.3.
- Not counted: data transfer, storage and backups, the firewall's fee for each request, DNS queries, the tables'
  dashboards, Cognito, calls of KMS, the portal, and free tiers.
`, e.Prices.Date, e.Prices.Source, t.DurationMilliseconds, t.LogBytesPerRequest, t.TracedShare, t.ReadUnitsPerCall, t.WriteUnitsPerCall,
		t.HealthCheckers, t.HealthCheckSeconds, accessMilliseconds, cableDetour)
	return err
}
