package local_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/meridian-api/meridian/infra/local"
	"github.com/meridian-api/meridian/infra/local/control"
)

// clientOf returns a client of the control API of a cloud.
func clientOf(t *testing.T, cloud *local.Cloud) control.Client {
	t.Helper()
	server := httptest.NewServer(control.NewServer(cloud, control.NewRecorder()))
	t.Cleanup(server.Close)
	return control.Client{URL: server.URL + control.Path}
}

// mustHaveLinks checks all links of a cloud.
func mustHaveLinks(t *testing.T, client control.Client, cut, byUser bool) {
	t.Helper()
	status, err := client.Status(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range status.Links {
		if l.Cut != cut || l.CutByUser != byUser {
			t.Errorf("link %+v, want cut %t and by the user %t", l, cut, byUser)
		}
	}
}

func TestACutLinkStaysCutWhenARegionReturns(t *testing.T) {
	client := clientOf(t, startCloud(t, releaseOf(t, "1", nil)))
	if err := client.SetLink(t.Context(), east, west, true); err != nil {
		t.Fatal(err)
	}
	mustHaveLinks(t, client, true, true)
	for _, do := range []func() error{
		func() error { return client.SetRegion(t.Context(), west, true) },
		func() error { return client.SetRegion(t.Context(), west, false) },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
		mustHaveLinks(t, client, true, true)
	}
	if err := client.SetRegion(t.Context(), west, true); err != nil {
		t.Fatal(err)
	}
	if err := client.SetLink(t.Context(), west, east, false); err != nil {
		t.Fatal(err)
	}
	mustHaveLinks(t, client, true, false) // the Region is down
	if err := client.SetRegion(t.Context(), west, false); err != nil {
		t.Fatal(err)
	}
	mustHaveLinks(t, client, false, false)
	err := client.SetRegion(t.Context(), west, false)
	if err == nil || !strings.Contains(err.Error(), "is running already") {
		t.Errorf("a second start: error %v", err)
	}
	mustHaveLinks(t, client, false, false)
	if err := client.SetLink(t.Context(), west, "nowhere", true); err == nil {
		t.Error("a link to an unknown Region is cut")
	}
}

func TestFaultsOfAFunction(t *testing.T) {
	cloud := startCloud(t, releaseOf(t, "1", map[string]string{"get": "1"}))
	client := clientOf(t, cloud)
	tests := map[string]struct {
		fault  control.Fault
		status int
	}{
		"crash":    {fault: control.Fault{Crash: true}, status: 502},
		"throttle": {fault: control.Fault{Throttle: true}, status: 500},
		"delay":    {fault: control.Fault{DelayMs: 20}, status: 200},
		"no fault": {status: 200},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.fault.Function = "one-get"
			if err := client.SetFault(t.Context(), test.fault); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			r, err := get(cloud, "/one/get")
			if err != nil || r.status != test.status {
				t.Errorf("status %d, error %v, want status %d", r.status, err, test.status)
			}
			if took := time.Since(start); took < time.Duration(test.fault.DelayMs)*time.Millisecond {
				t.Errorf("the response took %s, less than the delay", took)
			}
		})
	}
	if err := client.SetFault(t.Context(), control.Fault{Function: "one-nothing", Crash: true}); err == nil {
		t.Error("an unknown function has a fault")
	}
}

func TestSkewAndKeys(t *testing.T) {
	cloud := startCloud(t, releaseOf(t, "1", nil))
	client := clientOf(t, cloud)
	if err := client.SetSkew(t.Context(), east, time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := client.SetLag(t.Context(), 2*time.Second); err != nil {
		t.Fatal(err)
	}
	status, err := client.Status(t.Context(), newYork)
	if err != nil || status.Regions[0].SkewMs != 3.6e6 || status.Links[0].LagMs != 2000 || status.Route[0] != east {
		t.Errorf("status %+v, error %v", status, err)
	}
	if err := client.SetLag(t.Context(), time.Hour); err == nil {
		t.Error("a lag of an hour is accepted")
	}
	if err := client.ExpireKeys(t.Context()); err != nil {
		t.Error(err)
	}
}
