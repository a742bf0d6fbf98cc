package system_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/platform/metrics"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/platform/system"
)

func TestSetNamesProblemsAndMetrics(t *testing.T) {
	before := system.Current()
	t.Cleanup(func() { system.Set(before) })
	system.Set(system.System{Name: "shop", Title: "Acme Shop"})
	if got, want := problem.NotFound.URI(), "urn:shop:problem:not-found"; got != want {
		t.Errorf("type of a problem: got %s, want %s", got, want)
	}
	var line bytes.Buffer
	metrics.Invocation{}.Write(t.Context(), &line)
	if want := metrics.Directive(); !strings.Contains(line.String(), want) || !strings.Contains(want,
		`"Namespace":"Acme Shop",`) {
		t.Errorf("line of metrics: got %s, want one with the directive %s and the namespace Acme Shop", &line, want)
	}
}
