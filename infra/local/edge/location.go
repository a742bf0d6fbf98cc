package edge

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/meridian-api/meridian/infra/geo"
)

// locationHeader is the header with the client's latitude and longitude, such as
// "43.65,-79.38".
const locationHeader = "X-Client-Location"

// clientLocation returns the location that the client sent. It reports false if the
// request has no location.
func clientLocation(h http.Header) (at geo.Coordinates, found bool, err error) {
	values := h[locationHeader]
	if len(values) == 0 {
		return geo.Coordinates{}, false, nil
	}
	if len(values) > 1 {
		return geo.Coordinates{}, false, fmt.Errorf("the header is given %d times; %s", len(values), locationForm)
	}
	at, err = parseLocation(values[0])
	return at, err == nil, err
}

const locationForm = "give LAT,LON in decimal degrees, as in 43.65,-79.38"

// parseLocation parses "LAT,LON" in decimal degrees. Both may be surrounded by
// space. Its errors are shown to the client: they say what is wrong and what is
// expected.
func parseLocation(value string) (geo.Coordinates, error) {
	lat, lon, ok := strings.Cut(value, ",")
	if !ok {
		return geo.Coordinates{}, fmt.Errorf("%s has no comma; %s", quote(value), locationForm)
	}
	latitude, err := parseDegrees("latitude", lat, 90)
	if err != nil {
		return geo.Coordinates{}, err
	}
	longitude, err := parseDegrees("longitude", lon, 180)
	if err != nil {
		return geo.Coordinates{}, err
	}
	return geo.Coordinates{Latitude: latitude, Longitude: longitude}, nil
}

func parseDegrees(name, text string, limit float64) (float64, error) {
	text = strings.Trim(text, " \t")
	// ParseFloat alone would also accept "NaN", "1e1" and "0x1p3".
	plain := strings.Trim(text, "+-.0123456789") == ""
	degrees, err := strconv.ParseFloat(text, 64)
	if !plain || err != nil {
		return 0, fmt.Errorf("the %s %s is not a number; %s", name, quote(text), locationForm)
	}
	if math.Abs(degrees) > limit {
		return 0, fmt.Errorf("the %s %s is not within -%g and %g; %s", name, quote(text), limit, limit, locationForm)
	}
	return degrees, nil
}

// quote quotes text from a client for an error, cut to 40 bytes.
func quote(text string) string {
	if len(text) > 40 {
		text = text[:40] + "..."
	}
	return strconv.QuoteToASCII(text)
}
