package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"

	"github.com/meridian-api/meridian/contract/portal"
)

// BenchmarkPortal measures how long a browser takes to open the pages of a document with
// 1,000 operations, from the navigation to the first frame with its operations.
func BenchmarkPortal(b *testing.B) {
	browser := newBrowser(b)
	for _, contexts := range []int{50, 1} {
		origin := servePortal(b, portal.Config{Document: large(b, contexts, 1000), Users: demoUsers})
		for _, page := range []struct{ name, file, ready string }{
			{"overview", "index.html", shownRow},
			{"reference", "reference.html", operationBox},
			{"problems", "problems.html", "tbody tr"},
		} {
			b.Run(fmt.Sprintf("page=%s/operations=1000/contexts=%d", page.name, contexts), func(b *testing.B) {
				p := newTab(b, browser, desktop)
				p.do(func(ctx context.Context, tab *chromedp.Target) (v chromedp.Void, err error) {
					cpuTime := performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks}
					_, err = cdp.Call(ctx, tab, performance.Enable, cpuTime)
					return v, err
				})
				p.open(origin+"/docs/"+page.file, page.ready) // the browser has not compiled the scripts
				var total, busy float64
				for b.Loop() {
					p.do(chromedp.Navigate("about:blank"))
					busy -= p.busy()
					p.do(chromedp.Navigate(origin + "/docs/" + page.file))
					total += run(p, chromedp.Evaluate[float64](`new Promise((resolve) => {
						const look = () => document.querySelector(`+quote(page.ready)+`)
							? requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))
							: setTimeout(look, 5);
						look();
					})`, chromedp.EvalAwaitPromise))
					busy += p.busy()
				}
				b.ReportMetric(total/float64(b.N), "ms/open")
				b.ReportMetric(busy*1000/float64(b.N), "CPU-ms/open")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// busy returns the CPU time in seconds that the page's main thread has spent on tasks.
// It depends less than the time on a clock on what else the machine does.
func (p *tab) busy() float64 {
	p.t.Helper()
	metrics := run(p, func(ctx context.Context, tab *chromedp.Target) (performance.GetMetricsResult, error) {
		return cdp.Call(ctx, tab, performance.GetMetrics, cdp.Empty{})
	})
	for _, m := range metrics.Metrics {
		if m.Name == "TaskDuration" {
			return m.Value
		}
	}
	p.t.Fatal("the browser reports no TaskDuration")
	return 0
}

// large returns a document with copies of the operations of a context of the sample.
func large(b testing.TB, contexts, operations int) []byte {
	b.Helper()
	var doc map[string]any
	if err := json.Unmarshal(sample(b), &doc); err != nil {
		b.Fatal(err)
	}
	from := map[string]any{}
	for path, item := range doc["paths"].(map[string]any) {
		if strings.HasPrefix(path, "/orders/") {
			from[path] = item
		}
	}
	paths, tags := map[string]any{}, []any{}
	for n, next := 0, 0; n < operations; n = next {
		context := n * contexts / operations
		name := fmt.Sprintf("orders%d", context)
		if len(tags) == context {
			tags = append(tags, map[string]any{"name": name})
		}
		for path, item := range from {
			data, err := json.Marshal(item)
			if err != nil {
				b.Fatal(err)
			}
			data = bytes.ReplaceAll(data, []byte(`"Orders"`), []byte(quote(name)))
			data = bytes.ReplaceAll(data, []byte(`"operationId":"`), fmt.Appendf(nil, `"operationId":"n%d-`, n))
			paths[strings.Replace(path, "/orders", fmt.Sprintf("/%s/%d", name, n), 1)] = json.RawMessage(data)
			next += bytes.Count(data, []byte(`"operationId"`))
		}
	}
	doc["paths"], doc["tags"] = paths, tags
	data, err := json.Marshal(doc)
	if err != nil {
		b.Fatal(err)
	}
	return data
}
