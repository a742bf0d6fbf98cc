package edge

import (
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/infra/geo"
)

func TestParseLocation(t *testing.T) {
	for value, want := range map[string]geo.Coordinates{
		"43.65,-79.38":   {Latitude: 43.65, Longitude: -79.38},
		" 43.65 ,\t-79 ": {Latitude: 43.65, Longitude: -79},
		"-90,180":        {Latitude: -90, Longitude: 180},
		"+90,-180":       {Latitude: 90, Longitude: -180},
		"0,0":            {Latitude: 0, Longitude: 0},
	} {
		t.Run(value, func(t *testing.T) {
			if got, err := parseLocation(value); err != nil || got != want {
				t.Errorf("parseLocation(%q) = %v, %v; want %v", value, got, err, want)
			}
		})
	}
	for value, want := range map[string]string{
		"":                `"" has no comma`,
		"43.65":           "no comma",
		"43.65;-79":       "no comma",
		"Toronto,ON":      `latitude "Toronto" is not a number`,
		"43.65,":          `longitude "" is not a number`,
		"1,2,3":           `longitude "2,3" is not a number`,
		"90.01,0":         `latitude "90.01" is not within -90 and 90`,
		"0,-180.5":        `longitude "-180.5" is not within -180 and 180`,
		"NaN,0":           "not a number",
		"0,Inf":           "not a number",
		"1e1,0":           "not a number",
		"0x1p3,0":         "not a number",
		"1_0,0":           "not a number",
		"4 3,0":           "not a number",
		"é,0":             `"\u00e9"`,
		"0" + zeros + "x": "no comma",
		zeros + "x,0":     `..."`,
	} {
		t.Run("invalid "+value, func(t *testing.T) {
			_, err := parseLocation(value)
			if err == nil {
				t.Fatalf("parseLocation accepted %q", value)
			}
			if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "LAT,LON") {
				t.Errorf("error %q lacks %q or the expected form", err, want)
			}
		})
	}
}

var zeros = strings.Repeat("0", 500)

func FuzzParseLocation(f *testing.F) {
	for _, seed := range []string{
		"43.65,-79.38", "", ",", "NaN,Inf", "-90,180", "1e400,0", "0x1p-2,1", " 1 , 2 ", "1,2,3", "é,\x00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		at, err := parseLocation(value)
		if err != nil {
			if at != (geo.Coordinates{}) || len(err.Error()) > 400 {
				t.Errorf("%q: %v with error %v", value, at, err)
			}
			return
		}
		if !(math.Abs(at.Latitude) <= 90 && math.Abs(at.Longitude) <= 180) {
			t.Errorf("%q: %v", value, at)
		}
		for _, region := range geo.Regions() {
			coordinates, _ := geo.Locate(region)
			if km := geo.Distance(at, coordinates); !(km >= 0 && km <= 20016) {
				t.Errorf("%q is %v km from %s", value, km, region)
			}
		}
	})
}

func TestMalformedLocation(t *testing.T) {
	b := newBackend(t, "us-east-1")
	_, server := start(t, nil, b)
	got := send(t, http.MethodGet, server.URL, "91,0", nil)
	if got.status != http.StatusBadRequest {
		t.Fatalf("status %d", got.status)
	}
	want := `X-Client-Location: the latitude "91" is not within -90 and 90; ` +
		`give LAT,LON in decimal degrees, as in 43.65,-79.38`
	if detail := problemDetail(t, got); detail != want {
		t.Errorf("detail %q", detail)
	}

	req, _ := http.NewRequest(http.MethodGet, server.URL, nil)
	req.Header["X-Client-Location"] = []string{"1,2", "1,2"}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("two headers: status %d", resp.StatusCode)
	}
}
