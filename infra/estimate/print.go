package estimate

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// notCounted lists what a bill has in addition.
var notCounted = []string{
	"data transfer to the internet and between Regions",
	"storage: tables, indexes, backups, logs beyond their ingestion, artefacts, and states",
	"DNS queries and the hosted zone; AWS's calls of KMS beyond the free ones",
	"CloudFront and S3 of the portal",
	"the rotation of secrets; reads of secrets, which functions cache for minutes",
	"Cognito's tokens for machines, 6 a month for an active client and 2.25 for 1,000 tokens; e-mails and text messages",
	"writes in transactions, which cost twice as much as shown",
	"queries of logs, 0.005 for a GB that is read, and traces that are retrieved",
	"cold starts, retries, requests that the firewall or the gateway refuses, and CORS preflights",
	"free tiers, except Cognito's; volume discounts; taxes and support",
}

// printer writes text and keeps the first error.
type printer struct {
	out io.Writer
	err error
}

func (p *printer) text(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format, args...)
	}
}

// table writes rows with aligned columns.
func (p *printer) table(flags uint, rows func(row func(format string, args ...any))) {
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', flags)
	rows(func(format string, args ...any) { fmt.Fprintf(w, format+"\t\n", args...) })
	if p.err == nil {
		p.err = w.Flush()
	}
}

// Print writes the tables and the assumptions.
func (e *Estimate) Print(out io.Writer) error {
	p := &printer{out: out}
	env := e.Environment
	p.text("%s, profile %s, in %s\n", env.Name, env.Profile, strings.Join(env.Regions, ", "))
	e.printRequests(p)
	e.printFixed(p)
	e.printSums(p)
	e.printWaits(p)
	e.printPrices(p)
	e.printAssumptions(p)
	return p.err
}

// printRequests writes a table of the cost of requests.
func (e *Estimate) printRequests(p *printer) {
	p.text("\nA month in US dollars, by operation and Region\n\n")
	p.table(tabwriter.AlignRight, func(row func(string, ...any)) {
		row("operation\tRegion\trequests\tAPI Gateway\tfirewall\tLambda\tDynamoDB\tlogs\tX-Ray\tmetrics\ttotal")
		line := func(name, region string, c Cost) {
			row("%s\t%s\t%.0f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f",
				name, region, c.Requests, c.API, c.Firewall, c.Lambda, c.DynamoDB, c.Logs, c.XRay, c.Metrics, c.Total())
		}
		for _, r := range e.Rows {
			line(r.Operation, r.Region, r.Cost)
		}
		totals := e.Totals()
		for _, r := range e.Environment.Regions {
			line("all operations", r, totals[r])
		}
		line("all operations", "all Regions", e.requestsCost())
	})
	for _, t := range e.Strong {
		p.text("\nOf these, the strongly consistent table %s costs %.2f, with replicas in %s.\n", t.Name, t.Cost, strings.Join(t.Replicas, ", "))
	}
}

// printFixed writes a table of what each Region costs at rest.
func (e *Estimate) printFixed(p *printer) {
	if e.Environment.lean() {
		return
	}
	p.text("\nThe fixed costs of each Region, a month in US dollars\n\n")
	for _, r := range e.Environment.Regions {
		p.table(tabwriter.AlignRight, func(row func(string, ...any)) {
			var sum float64
			for _, i := range e.Fixed[r] {
				row("%s\t%d\t%.2f\t%.2f", i.Name, i.Count, i.Price, i.Total())
				sum += i.Total()
			}
			row("%s\t\t\t%.2f", r, sum)
		})
	}
}

func (e *Estimate) printSums(p *printer) {
	tier, users := e.usersCost()
	requests, fixed := e.requestsCost().Total(), e.fixedCost()
	p.text("\nAt rest, without any requests but health checks', %.2f.\n", fixed+e.Secrets+e.healthCost())
	p.text("\nRequests %.2f, users %.2f (%.0f in Cognito's tier %s), secrets and their replicas %.2f, fixed costs of the Regions %.2f. Total: %.2f.\n",
		requests, users, e.Environment.Traffic.MonthlyUsers, tier, e.Secrets, fixed, requests+users+e.Secrets+fixed)
}

// printWaits writes a table of the waits with one, two and three Regions.
func (e *Estimate) printWaits(p *printer) {
	p.text("\nWhat a phone waits for the first and for the tenth response of a connection, in milliseconds\n\n")
	p.table(tabwriter.AlignRight, func(row func(string, ...any)) {
		for n := range e.Waits {
			regions := []string{"", "", ""}
			for i, w := range e.Waits {
				if n < len(w.Regions) {
					regions[i] = w.Regions[n]
				}
			}
			row("\t%s\t%s\t%s\t%s\t%s\t%s", regions[0], "", regions[1], "", regions[2], "")
		}
		cell := func(name string, waits []Wait) {
			row("%s\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f", name, waits[0].First, waits[0].Tenth, waits[1].First, waits[1].Tenth, waits[2].First, waits[2].Tenth)
		}
		order := make([]int, len(e.Cities))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(e.Cities[a].RoundTrip, e.Cities[b].RoundTrip) })
		for _, i := range order {
			cell(e.Cities[i].Name, []Wait{e.Waits[0].Cities[i], e.Waits[1].Cities[i], e.Waits[2].Cities[i]})
		}
		cell("all, by population", []Wait{e.Waits[0].Mean, e.Waits[1].Mean, e.Waits[2].Mean})
	})
}

// printPrices writes each price with its source and date.
func (e *Estimate) printPrices(p *printer) {
	p.text("\nPrices in US dollars, entered by hand: compare them with their source before you rely on a sum\n\n")
	p.table(0, func(row func(string, ...any)) {
		for _, q := range e.quotes {
			var amounts []string
			for _, r := range e.Environment.Regions {
				if usd, _ := q.in(r); !slices.Contains(amounts, fmt.Sprint(usd)) {
					amounts = append(amounts, fmt.Sprint(usd))
				}
			}
			row("%s\t%s\t%s\t%s", strings.Join(amounts, ", "), q.Unit, q.Source, q.Date)
		}
	})
}

func (e *Estimate) printAssumptions(p *printer) {
	a, t := e.assumed, e.Environment.Traffic
	p.text(`
Assumptions
- The traffic is in infra/environments. Clients are distributed over cities.json by population and use the nearest
  Region. Each operation's requests are spread evenly over the month.
- A request is billed for %.0f ms of its function's memory and logs %.0f bytes. It uses each of its rights on DynamoDB
  once: %.1f units for a read and %.1f for a write, which is charged in every Region.
- X-Ray records the first request of each second in a Region, and %.2f of the others: %s.
- A metric costs the part of the hours in which it has a value.
- %.0f Route 53 checkers call each context in each Region every %.0f s, and the canary every %d s. These requests are
  not traced.
- Cognito charges %.0f users: those who sign in or refresh a token in the month.
- A round trip is %.0f ms in a mobile network (20 to 40 more than on a fixed line), %.1f times the great circle at two
  thirds of the speed of light, and %d ms more for inland cities. The first response takes the resolver's, TCP's,
  TLS 1.3's and its own round trip. Gateway, firewall and function take %.0f ms. Connections stay open.

Not counted
`, a.DurationMilliseconds, a.LogBytesPerRequest, a.ReadUnitsPerCall, a.WriteUnitsPerCall, e.Environment.Traces.Rate, e.tracedShares(),
		a.HealthCheckers, e.Environment.Health.IntervalSeconds, canarySeconds, t.MonthlyUsers, a.AccessMilliseconds, cableDetour, inlandMilliseconds,
		a.GatewayMilliseconds+a.DurationMilliseconds)
	for _, n := range notCounted {
		p.text("- %s\n", n)
	}
}

// tracedShares describes the share of the requests that is traced in each Region.
func (e *Estimate) tracedShares() string {
	var shares []string
	for _, r := range slices.Sorted(maps.Keys(e.traced)) {
		shares = append(shares, fmt.Sprintf("%.2f in %s", e.traced[r], r))
	}
	return strings.Join(shares, ", ")
}

// requestsCost returns the cost of all operations in all Regions.
func (e *Estimate) requestsCost() Cost {
	var sum Cost
	for _, r := range e.Rows {
		sum.add(r.Cost)
	}
	return sum
}
