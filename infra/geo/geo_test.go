package geo

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRegions(t *testing.T) {
	known := Regions()
	if !slices.IsSorted(known) || len(known) != 36 {
		t.Errorf("Regions() = %d Regions %v, want 36 in alphabetical order", len(known), known)
	}
	seen := map[Coordinates]string{}
	for _, region := range known {
		at, ok := Locate(region)
		if !ok || math.Abs(at.Latitude) > 90 || math.Abs(at.Longitude) > 180 {
			t.Errorf("Locate(%s) = %v, %v", region, at, ok)
		}
		if seen[at] != "" {
			t.Errorf("%s and %s have the same coordinates", region, seen[at])
		}
		seen[at] = region
	}
	if _, ok := Locate("us-gov-west-1"); ok {
		t.Error("Locate knows us-gov-west-1, which is in another partition")
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		name string
		a, b Coordinates
		km   float64
	}{
		{name: "same point", a: Coordinates{0, 0}, b: Coordinates{0, 0}, km: 0},
		{name: "half the equator", a: Coordinates{0, 0}, b: Coordinates{0, 180}, km: 20015},
		{name: "pole to pole", a: Coordinates{90, 0}, b: Coordinates{-90, 123}, km: 20015},
		{name: "across the date line", a: Coordinates{0, 179.5}, b: Coordinates{0, -179.5}, km: 111.2},
		{name: "Toronto to Montreal", a: Coordinates{43.6532, -79.3832}, b: Coordinates{45.5019, -73.5674}, km: 504},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Distance(test.a, test.b); math.Abs(got-test.km) > 1 {
				t.Errorf("Distance(%v, %v) = %.1f km, want %.1f", test.a, test.b, got, test.km)
			}
		})
	}
}

// env returns a getenv that has REGIONS only.
func env(value string) func(string) string {
	return func(name string) string {
		if name == RegionsVariable {
			return value
		}
		return ""
	}
}

func TestRegionsFromEnv(t *testing.T) {
	for _, test := range []struct {
		name, value string
		want        []string
	}{
		{name: "not set", value: "", want: []string{"us-east-1", "us-west-2"}},
		{name: "blank", value: "  ", want: []string{"us-east-1", "us-west-2"}},
		{name: "one", value: "sa-east-1", want: []string{"sa-east-1"}},
		{
			name: "spaces around", value: " ca-central-1, us-east-2,us-west-1 ",
			want: []string{"ca-central-1", "us-east-2", "us-west-1"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := RegionsFromEnv(env(test.value))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Regions (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNearest(t *testing.T) {
	for _, test := range []struct {
		name, region string
		among        []string
		want         string
	}{
		{name: "itself", region: "us-west-2", among: []string{"us-east-1", "us-west-2"}, want: "us-west-2"},
		{name: "not the first of its continent", region: "ca-west-1", among: []string{"us-east-1", "us-west-2"},
			want: "us-west-2"},
		{name: "not the one of its continent", region: "us-east-1", among: []string{"us-west-2", "ca-central-1"},
			want: "ca-central-1"},
		{name: "another continent", region: "ap-northeast-1", among: []string{"eu-west-1", "us-west-2"}, want: "us-west-2"},
		{name: "no Region", region: "us-east-1", among: nil, want: ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Nearest(test.region, test.among); got != test.want {
				t.Errorf("Nearest(%s, %v) = %q, want %q", test.region, test.among, got, test.want)
			}
		})
	}
}

var update = flag.Bool("update", false, "write the table of Regions that Terraform reads")

// Terraform has no trigonometry, so it reads the order of the Regions from a file.
func TestTerraformHasTheDistances(t *testing.T) {
	var lines []string
	for _, region := range Regions() {
		order, err := json.Marshal(ByDistance(region))
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("  %q: %s", region, order))
	}
	want := "{\n" + strings.Join(lines, ",\n") + "\n}\n"
	const file = "../terraform/modules/settings/nearest.json"
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("run \"go test ./infra/geo -update\" (-want +got):\n%s", diff)
	}
}

func TestRegionsFromEnvErrors(t *testing.T) {
	for _, test := range []struct {
		name, value string
		want        []string // the beginning of each line
	}{
		{
			name: "unknown", value: "us-east-1,us-north-1",
			want: []string{`REGIONS: unknown Region "us-north-1": use one of af-south-1, `},
		},
		{name: "listed twice", value: "us-east-1,us-east-1", want: []string{"REGIONS: us-east-1 is listed twice"}},
		{name: "empty names", value: ",", want: []string{
			`REGIONS: unknown Region ""`, `REGIONS: unknown Region ""`, "REGIONS:  is listed twice",
		}},
		{name: "two errors", value: "a,b", want: []string{`REGIONS: unknown Region "a"`, `REGIONS: unknown Region "b"`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := RegionsFromEnv(env(test.value))
			if err == nil {
				t.Fatal("no error")
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) != len(test.want) {
				t.Fatalf("%d lines, want %d:\n%v", len(lines), len(test.want), err)
			}
			for i, want := range test.want {
				if !strings.HasPrefix(lines[i], want) {
					t.Errorf("line %d: %q, want it to begin with %q", i+1, lines[i], want)
				}
			}
		})
	}
}
