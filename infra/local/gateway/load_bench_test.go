package gateway_test

import (
	"testing"

	"github.com/meridian-api/meridian/contract/deployable"
	"github.com/meridian-api/meridian/contract/pipeline"
	"github.com/meridian-api/meridian/infra/local/gateway"
)

// BenchmarkNew measures how long a Region's gateway takes to start: with the
// document of the other tests, and with the monorepo's own deployable document.
func BenchmarkNew(b *testing.B) {
	merged, err := pipeline.Merge(".")
	if err != nil {
		b.Fatal(err)
	}
	built, err := deployable.From(merged.Doc, merged.Services, deployable.Options{})
	if err != nil {
		b.Fatal(err)
	}
	ours := deployable.Fill(built.Document, deployable.Values{Name: "bench", PoolARNs: []string{shared().ARN()}})
	for name, doc := range map[string][]byte{"api.json": document(b, nil), "deployable.json": ours} {
		b.Run(name, func(b *testing.B) {
			cfg := config(b, nil, notInvoked(b))
			cfg.Document = doc
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := gateway.New(cfg); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
