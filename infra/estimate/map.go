package estimate

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/meridian-api/meridian/infra/geo"
)

// The map is an equirectangular projection of North America, true at 40° north.
const (
	west, east    = -152.0, -50.0
	south, north  = 17.0, 63.0
	scaleX        = 9.6 // pixels per degree
	scaleY        = 12.5
	width, height = (east - west) * scaleX, (north - south) * scaleY
)

// project returns the pixels of a point.
func project(latitude, longitude float64) (x, y float64) {
	return (longitude - west) * scaleX, (north - latitude) * scaleY
}

// projectRegion returns the pixels of a Region. New has checked that its location is known.
func projectRegion(name string) (x, y float64) {
	at, _ := geo.Locate(name)
	return project(at.Latitude, at.Longitude)
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

// Map writes an SVG: Regions as squares, and cities as circles with a line to their
// Region. A circle's size is the population, and its colour the round trip.
func (e *Estimate) Map(out io.Writer) error {
	var coast [][2]float64
	if err := json.Unmarshal(geo.Coast, &coast); err != nil {
		return fmt.Errorf("outline of the coast: %w", err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" role="img" aria-label="Round trips of North American cities to %s">`,
		width, height, html.EscapeString(strings.Join(e.Environment.Regions, ", ")))
	fmt.Fprintf(&b, "<style>%s</style>\n", style)
	drawBackground(&b, coast)
	e.drawLines(&b)
	e.drawCities(&b)
	e.drawRegions(&b)
	drawLegend(&b)
	b.WriteString("</svg>\n")
	_, err := io.WriteString(out, b.String())
	return err
}

// drawBackground draws the land and a grid of 10 degrees.
func drawBackground(b *strings.Builder, coast [][2]float64) {
	b.WriteString(`<polygon class="land" points="`)
	for _, p := range coast {
		x, y := project(p[1], p[0])
		fmt.Fprintf(b, "%.0f,%.0f ", x, y)
	}
	b.WriteString(`"/>`)
	for degrees := -150.0; degrees <= east; degrees += 10 {
		x, _ := project(0, degrees)
		fmt.Fprintf(b, `<path class="grid" d="M%.0f 0V%.0f"/>`, x, height)
	}
	for degrees := 20.0; degrees <= north; degrees += 10 {
		_, y := project(degrees, 0)
		fmt.Fprintf(b, `<path class="grid" d="M0 %.0fH%.0f"/>`, y, width)
	}
	b.WriteByte('\n')
}

// drawLines draws a line from each city to its Region.
func (e *Estimate) drawLines(b *strings.Builder) {
	for _, c := range e.Cities {
		x, y := project(c.Latitude, c.Longitude)
		rx, ry := projectRegion(c.Region)
		fmt.Fprintf(b, `<path class="line" d="M%.0f %.0fL%.0f %.0f"/>`+"\n", x, y, rx, ry)
	}
}

// drawCities draws the cities with their names and round trips.
func (e *Estimate) drawCities(b *strings.Builder) {
	var taken labels
	for _, c := range e.Cities {
		x, y := project(c.Latitude, c.Longitude)
		taken.mark(x, y, radius(c))
	}
	for _, r := range e.Environment.Regions {
		x, y := projectRegion(r)
		taken.mark(x, y, 7)
		taken.mark(x+35, y+17, 6) // the Region's name
	}
	for _, c := range e.Cities {
		x, y := project(c.Latitude, c.Longitude)
		text := fmt.Sprintf("%s %.0f", c.Name, c.RoundTrip)
		at, anchor := taken.beside(x, y, radius(c), text)
		fmt.Fprintf(b, `<circle class="%s" cx="%.0f" cy="%.0f" r="%.1f"/>`, speed(c.RoundTrip), x, y, radius(c))
		fmt.Fprintf(b, `<text x="%.0f" y="%.0f" text-anchor="%s">%s</text>`+"\n", at, y+4, anchor, html.EscapeString(text))
	}
}

func (e *Estimate) drawRegions(b *strings.Builder) {
	for _, r := range e.Environment.Regions {
		x, y := projectRegion(r)
		fmt.Fprintf(b, `<rect class="region" x="%.0f" y="%.0f" width="14" height="14"/>`, x-7, y-7)
		fmt.Fprintf(b, `<text x="%.0f" y="%.0f" font-weight="bold">%s</text>`+"\n", x-7, y+22, html.EscapeString(r))
	}
}

func drawLegend(b *strings.Builder) {
	fmt.Fprintf(b, `<text x="16" y="%.0f">Round trip in ms: </text>`, height-16)
	for _, entry := range []struct {
		x           int
		class, text string
	}{{130, "fast", "up to 60"}, {190, "fair", "up to 90"}, {250, "slow", "more"}} {
		fmt.Fprintf(b, `<text x="%d" y="%.0f" class="%s">%s</text>`, entry.x, height-16, entry.class, entry.text)
	}
}

// radius returns the radius of a city's circle in pixels.
func radius(c City) float64 { return 3 + c.Millions/3 }

// speed returns the CSS class for a round trip in milliseconds.
func speed(roundTrip float64) string {
	switch {
	case roundTrip <= 60:
		return "fast"
	case roundTrip <= 90:
		return "fair"
	}
	return "slow"
}
