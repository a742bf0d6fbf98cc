package pipeline_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/meridian-api/meridian/contract/canonical"
	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/internal/specimen"
	"github.com/meridian-api/meridian/contract/lint"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/merge"
	"github.com/meridian-api/meridian/platform/system"
)

const benchmarkContexts = 50

// BenchmarkPipeline measures the steps from loaded specifications to the deployable
// document. In the same run it measures kin-openapi, which loads and validates the
// merged document once. The metric ratio is merge and lint over kin-openapi; its budget
// at 1,000 operations is 0.3.
func BenchmarkPipeline(b *testing.B) {
	for _, operations := range []int{10, 100, 1000, 3000} {
		b.Run(fmt.Sprintf("operations=%d", operations), func(b *testing.B) { benchmark(b, operations) })
	}
}

func benchmark(b *testing.B, operations int) {
	contexts := specimen.Contexts(min(benchmarkContexts, operations), operations)
	var sources []merge.Source
	var services []*manifest.Service
	for _, c := range contexts {
		doc, err := openapi3.NewLoader().LoadFromData(c.Spec)
		if err != nil {
			b.Fatal(err)
		}
		sources = append(sources, merge.Source{Name: c.Name + "/openapi.json", Context: c.Name, Doc: doc})
		services = append(services, c.Service)
	}
	var spent struct{ merge, write, lint, emit, kin time.Duration }
	var size int
	for b.Loop() {
		start := time.Now()
		lap := func(into *time.Duration) {
			now := time.Now()
			*into += now.Sub(start)
			start = now
		}
		doc, err := merge.Merge(merge.About{System: system.Current()}, sources)
		if err != nil {
			b.Fatal(err)
		}
		lap(&spent.merge)
		data, err := canonical.JSON(doc)
		if err != nil {
			b.Fatal(err)
		}
		size = len(data)
		lap(&spent.write)
		lintBytes(b, "openapi.json", data)
		lap(&spent.lint)
		if _, err := deployable.From(doc, services, deployable.Options{}); err != nil {
			b.Fatal(err)
		}
		lap(&spent.emit)
		again, err := openapi3.NewLoader().LoadFromData(data)
		if err != nil {
			b.Fatal(err)
		}
		if err := again.Validate(context.Background()); err != nil {
			b.Fatal(err)
		}
		lap(&spent.kin)
	}
	for name, d := range map[string]time.Duration{
		"merge": spent.merge, "write": spent.write, "lint": spent.lint, "emit": spent.emit, "kin": spent.kin,
	} {
		b.ReportMetric(d.Seconds()*1000/float64(b.N), name+"-ms")
	}
	b.ReportMetric((spent.merge+spent.lint).Seconds()/spent.kin.Seconds(), "ratio")
	b.ReportMetric(float64(size)/1e6, "MB")
}

func lintBytes(b *testing.B, name string, data []byte) {
	opts := lint.Options{Mode: lint.Contract}
	doc, err := lint.Read(name, data, opts)
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range lint.Run(doc, opts) {
		if f.Rule != "limit-resources" { // so many operations exceed the quota
			b.Fatalf("%+v", f)
		}
	}
}
