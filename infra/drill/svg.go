package drill

import (
	"bytes"
	"fmt"
	"html"
	"time"
)

// Sizes of the timeline in pixels.
const (
	left, right    = 130, 20
	plot           = 900 // width of the charts
	bar            = 90  // height of a chart
	gap            = 30
	top            = 90
	bucketsOf      = 250 * time.Millisecond
	smallText      = 12
	charts         = 4
	timelineWidth  = left + plot + right
	timelineHeight = top + charts*(bar+gap) + 20
)

// series is a part of the bars of a chart.
type series struct {
	name, color string
	of          func(sample) bool
}

const staleColor = "#d97706"

func isStale(s sample) bool { return s.stale }

// timeline has the charts from top to bottom.
var timeline = [charts]struct {
	name   string
	series []series
	// ages makes a bar the largest age of its samples in seconds, and not their number.
	ages bool
}{
	{name: "requests", series: []series{
		{name: east, color: "#2563eb", of: func(s sample) bool { return !s.failed && s.region == east }},
		{name: west, color: "#0d9488", of: func(s sample) bool { return !s.failed && s.region == west }},
	}},
	{name: "errors", series: []series{{color: "#dc2626", of: func(s sample) bool { return s.failed }}}},
	{name: "stale reads", series: []series{{color: staleColor, of: isStale}}},
	{name: "oldest stale read", series: []series{{color: staleColor, of: isStale}}, ages: true},
}

// svg returns the timeline.
func (r *result) svg() []byte {
	b := &bytes.Buffer{}
	summary := fmt.Sprintf("time to failover %s, oldest stale read %s, lost writes %d of %d acknowledged",
		r.failover().Round(time.Millisecond), r.oldest().Round(time.Millisecond), len(r.lost), r.writes)
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%[1]d" height="%[2]d" role="img"`+
		` font-family="system-ui,sans-serif" font-size="%d" fill="#1f2937">`+"\n", timelineWidth, timelineHeight, smallText)
	fmt.Fprintf(b, "<title>Failover drill: %s</title>\n", html.EscapeString(summary))
	fmt.Fprintf(b, `<rect width="100%%" height="100%%" fill="#ffffff"/>`+"\n")
	fmt.Fprintf(b, `<text x="%d" y="26" font-size="18" font-weight="600">Failover drill</text>`+"\n", left)
	fmt.Fprintf(b, `<text x="%d" y="46">%s; each bar is %s</text>`+"\n", left, html.EscapeString(summary), bucketsOf)
	r.drawPhases(b)
	for i := range timeline {
		r.drawChart(b, i)
	}
	r.drawAxis(b)
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// x returns the position of a time since the start.
func (r *result) x(at time.Duration) float64 { return left + plot*float64(at)/float64(r.took) }

// drawPhases draws the background and the name of each phase.
func (r *result) drawPhases(b *bytes.Buffer) {
	for i, begin := range r.begins {
		end := r.took
		if i+1 < len(r.begins) {
			end = r.begins[i+1]
		}
		fill := "#f9fafb"
		if i%2 == 1 {
			fill = "#fee2e2"
		}
		height := charts*(bar+gap) - gap + 22
		fmt.Fprintf(b, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>`+"\n", r.x(begin), top-22, r.x(end)-r.x(begin), height, fill)
		fmt.Fprintf(b, `<text x="%.1f" y="%d">%s</text>`+"\n", r.x(begin)+4, top-7, html.EscapeString(phases[i].name))
	}
}

// drawChart draws one chart with bars.
func (r *result) drawChart(b *bytes.Buffer, index int) {
	chart := timeline[index]
	bars, most := r.bars(index)
	upTo := fmt.Sprintf("up to %.0f", most)
	if chart.ages {
		upTo = fmt.Sprintf("up to %.2f s", most)
	}
	bottom := float64(top + index*(bar+gap) + bar)
	fmt.Fprintf(b, `<text x="%d" y="%.0f" text-anchor="end" font-weight="600">%s</text>`+"\n", left-10, bottom-bar+24, chart.name)
	fmt.Fprintf(b, `<text x="%d" y="%.0f" text-anchor="end" fill="#4b5563">%s</text>`+"\n", left-10, bottom-bar+40, upTo)
	for n, series := range chart.series {
		if series.name != "" {
			fmt.Fprintf(b, `<text x="%d" y="%.0f" text-anchor="end" fill="%s">%s</text>`+"\n",
				left-10, bottom-bar+float64(58+16*n), series.color, series.name)
		}
	}
	width := r.x(bucketsOf) - left - 1
	for i, bucket := range bars {
		y := bottom
		for n, value := range bucket {
			height := bar * value / most
			y -= height
			if value > 0 {
				fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`+"\n",
					r.x(time.Duration(i)*bucketsOf), y, width, height, chart.series[n].color)
			}
		}
	}
	fmt.Fprintf(b, `<line x1="%d" x2="%d" y1="%.0f" y2="%[3]v" stroke="#9ca3af"/>`+"\n", left, left+plot, bottom)
}

// bars returns the values of a chart by bucket and series, and the largest sum of a bucket.
func (r *result) bars(index int) (bars [][]float64, most float64) {
	chart := timeline[index]
	bars = make([][]float64, int(r.took/bucketsOf)+1)
	for i := range bars {
		bars[i] = make([]float64, len(chart.series))
	}
	for _, s := range r.samples {
		bucket := bars[min(int(s.at/bucketsOf), len(bars)-1)]
		sum := 0.0
		for n, series := range chart.series {
			switch {
			case !series.of(s):
			case chart.ages:
				bucket[n] = max(bucket[n], s.age.Seconds())
			default:
				bucket[n]++
			}
			sum += bucket[n]
		}
		most = max(most, sum)
	}
	if most == 0 {
		most = 1
	}
	return bars, most
}

// drawAxis draws the seconds below the charts.
func (r *result) drawAxis(b *bytes.Buffer) {
	for at := time.Duration(0); at <= r.took; at += 2 * time.Second {
		fmt.Fprintf(b, `<text x="%.1f" y="%d" text-anchor="middle" fill="#4b5563">%.0f s</text>`+"\n",
			r.x(at), top+charts*(bar+gap)-gap+20, at.Seconds())
	}
}
