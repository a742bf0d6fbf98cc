package estimate

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/meridian-api/meridian/infra/geo"
)

// coastFile is North America's outline, coarse: longitude and latitude.
//
//go:embed coast.json
var coastFile []byte

// The map is an equirectangular projection of North America, true at 40° north.
const (
	west, east    = -152.0, -50.0
	south, north  = 17.0, 63.0
	scaleX        = 9.6 // pixels for a degree
	scaleY        = 12.5
	width, height = (east - west) * scaleX, (north - south) * scaleY
)

func project(latitude, longitude float64) (x, y float64) {
	return (longitude - west) * scaleX, (north - latitude) * scaleY
}

const style = `
svg { background: #fff; font: 13px system-ui, sans-serif }
text { fill: #1a2230; stroke: #fff; stroke-width: 3px; paint-order: stroke }
.land { fill: #f0f2f6 } .grid { stroke: #dfe4ec } .line { stroke: #8894a8 }
.fast { fill: #1f7a3d } .fair { fill: #b26a00 } .slow { fill: #b3261e } .region { fill: #0a4da2 }
@media (prefers-color-scheme: dark) {
  svg { background: #10151c } text { fill: #e6ebf2; stroke: #10151c }
  .land { fill: #1a222d } .grid { stroke: #253040 } .line { stroke: #6c7a90 }
  .fast { fill: #5bd18a } .fair { fill: #f0b04a } .slow { fill: #ff8f85 } .region { fill: #8ab8ff }
}`

// Map writes an SVG: Regions as squares, cities as circles of the size of their
// population and the colour of their round trip, each with a line to its Region.
func (e *Estimate) Map(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" role="img" aria-label="Round trips of North American cities to %s">`,
		width, height, html.EscapeString(strings.Join(e.Regions, ", ")))
	fmt.Fprintf(&b, "<style>%s</style>\n", style)
	var coast [][2]float64
	if err := json.Unmarshal(coastFile, &coast); err != nil {
		return fmt.Errorf("coast.json: %w", err)
	}
	b.WriteString(`<polygon class="land" points="`)
	for _, p := range coast {
		x, y := project(p[1], p[0])
		fmt.Fprintf(&b, "%.0f,%.0f ", x, y)
	}
	b.WriteString(`"/>`)
	for degrees := -150.0; degrees <= east; degrees += 10 {
		x, _ := project(0, degrees)
		fmt.Fprintf(&b, `<path class="grid" d="M%.0f 0V%.0f"/>`, x, height)
	}
	for degrees := 20.0; degrees <= north; degrees += 10 {
		_, y := project(degrees, 0)
		fmt.Fprintf(&b, `<path class="grid" d="M0 %.0fH%.0f"/>`, y, width)
	}
	b.WriteByte('\n')
	for _, p := range e.Places {
		at, _ := geo.Locate(p.Region) // places has found it
		x, y := project(p.Latitude, p.Longitude)
		rx, ry := project(at.Latitude, at.Longitude)
		fmt.Fprintf(&b, `<path class="line" d="M%.0f %.0fL%.0f %.0f"/>`+"\n", x, y, rx, ry)
	}
	var taken labels
	for _, p := range e.Places {
		x, y := project(p.Latitude, p.Longitude)
		taken.mark(x, y, radius(p))
	}
	for _, r := range e.Regions {
		at, _ := geo.Locate(r)
		x, y := project(at.Latitude, at.Longitude)
		taken.mark(x, y, 7)
		taken.mark(x+35, y+17, 6) // its name
	}
	for _, p := range e.Places {
		x, y := project(p.Latitude, p.Longitude)
		text := fmt.Sprintf("%s %.0f", p.Name, p.RoundTrip)
		at, anchor := taken.beside(x, y, radius(p), text)
		fmt.Fprintf(&b, `<circle class="%s" cx="%.0f" cy="%.0f" r="%.1f"/><text x="%.0f" y="%.0f" text-anchor="%s">%s</text>`+"\n",
			speed(p.RoundTrip), x, y, radius(p), at, y+4, anchor, html.EscapeString(text))
	}
	for _, r := range e.Regions {
		at, _ := geo.Locate(r)
		x, y := project(at.Latitude, at.Longitude)
		fmt.Fprintf(&b, `<rect class="region" x="%.0f" y="%.0f" width="14" height="14"/><text x="%.0f" y="%.0f" font-weight="bold">%s</text>`+"\n",
			x-7, y-7, x-7, y+22, html.EscapeString(r))
	}
	fmt.Fprintf(&b, `<text x="16" y="%.0f">Round trip in ms: </text><text x="130" y="%.0f" class="fast">up to 30</text><text x="190" y="%.0f" class="fair">up to 60</text><text x="250" y="%.0f" class="slow">more</text>`,
		height-16, height-16, height-16, height-16)
	b.WriteString("</svg>\n")
	_, err := io.WriteString(out, b.String())
	return err
}

// radius of a city's circle, in pixels.
func radius(p Place) float64 { return 3 + p.Millions/3 }

func speed(roundTrip float64) string {
	switch {
	case roundTrip <= 30:
		return "fast"
	case roundTrip <= 60:
		return "fair"
	}
	return "slow"
}
