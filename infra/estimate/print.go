package estimate

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// Print writes the tables and the assumptions.
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
	for _, t := range e.Strong {
		fmt.Fprintf(out, "\nOf these, the strongly consistent table %s costs %.2f, with replicas in %s.\n", t.Name, t.Cost, strings.Join(t.Replicas, ", "))
	}
	fmt.Fprintf(out, "\nThe fixed costs of a Region, a month in US dollars\n\n")
	w = tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, i := range e.Fixed {
		fmt.Fprintf(w, "%s\t%d\t%.2f\t%.2f\t\n", i.Name, i.Count, i.Price, i.Total())
	}
	fmt.Fprintf(w, "all\t\t\t%.2f\t\n", e.fixedCost())
	if err := w.Flush(); err != nil {
		return err
	}
	fixed := e.fixedCost() * float64(len(e.Regions))
	fmt.Fprintf(out, "\nAt rest, without any requests but health checks', %.2f.\n", fixed+e.Secrets+e.healthCost())
	fmt.Fprintf(out, "\nRequests %.2f, secrets and their replicas %.2f, fixed costs of the Regions %.2f. Total: %.2f.\n", sum.Total(), e.Secrets, fixed, sum.Total()+e.Secrets+fixed)

	fmt.Fprintf(out, "\nA client's round trip to its Region, in milliseconds\n\n")
	w = tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	list := slices.Clone(e.Cities)
	slices.SortStableFunc(list, func(a, b City) int { return cmp.Compare(a.RoundTrip, b.RoundTrip) })
	for _, p := range list {
		fmt.Fprintf(w, "%s\t%s\t%.0f\n", p.Name, p.Region, p.RoundTrip)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	t := e.Traffic
	_, err := fmt.Fprintf(out, `
Assumptions, from the files in infra/estimate:
- Traffic: traffic.json. Clients are distributed over cities.json by population and use the nearest Region.
- Prices of %s: %s
- A request is billed for %.0f ms of its function's memory, logs %.0f bytes and is traced with probability %.2f.
  It uses each of its rights on DynamoDB once: %.1f units for a read and %.1f for a write. Writes are charged in
  every Region. A write in a transaction costs twice as much as shown.
- %.0f Route 53 checkers call each context in each Region every %.0f s. These requests are not traced.
- A round trip is %d ms of access network and %.1f times the great circle at two thirds of the speed of light.
  A first request adds a round trip for TCP and one for TLS 1.3.
- Not included: data transfer, storage and backups, the firewall's fee for each request, DNS queries, the tables'
  dashboards, Cognito, calls of KMS, the portal, and free tiers.
`, e.Prices.Date, e.Prices.Source, t.DurationMilliseconds, t.LogBytesPerRequest, t.TracedShare, t.ReadUnitsPerCall, t.WriteUnitsPerCall,
		t.HealthCheckers, t.HealthCheckSeconds, accessMilliseconds, cableDetour)
	return err
}
