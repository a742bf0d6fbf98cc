package function

import (
	"context"
	"fmt"
	"os"
	"testing"
)

// BenchmarkInvoke measures an invocation of a function that only returns its payload, by
// number of environments, with and without a log.
func BenchmarkInvoke(b *testing.B) {
	for _, logging := range []bool{false, true} {
		for _, environments := range []int{1, 2, 4, 8} {
			b.Run(fmt.Sprintf("log=%v/environments=%d", logging, environments), func(b *testing.B) {
				benchmarkInvoke(b, environments, logging)
			})
		}
	}
}

func benchmarkInvoke(b *testing.B, environments int, logging bool) {
	self, _ := os.Executable()
	cfg := Config{
		Region: "us-east-1", AccountID: "123456789012", Concurrency: environments,
		Functions: map[string]Function{"ok": {Binary: self, Env: map[string]string{asFunction: "ok"}}},
	}
	if logging {
		cfg.Log = func(string, string, string) {}
	}
	s, err := New(cfg)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for range environments {
		if err := s.Warm(context.Background(), "ok"); err != nil {
			b.Fatal(err)
		}
	}
	payload := fmt.Appendf(nil, `{"do":"echo","padding":"%01000d"}`, 0) // about the size of a proxy event
	work := make(chan struct{}, b.N)
	for range b.N {
		work <- struct{}{}
	}
	close(work)
	done := make(chan error)
	b.ReportAllocs()
	b.ResetTimer()
	for range environments {
		go func() {
			var failed error
			for range work {
				if _, err := s.Invoke(context.Background(), "ok", payload, ""); err != nil {
					failed = err
				}
			}
			done <- failed
		}()
	}
	for range environments {
		if err := <-done; err != nil {
			b.Error(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "invocations/s")
}
