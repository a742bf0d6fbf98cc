package deploy

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// live shows a row for each step that has started and a bar for all of them.
//
// mpb draws and leaves the terminal as it is; bubbletea would take over the keyboard,
// and Ctrl-C would no longer be a signal.
type live struct {
	console  *console
	terminal io.Writer
	progress *mpb.Progress
	all      *mpb.Bar
	rows     map[int]*row
}

// row is a step on the terminal, which is drawn several times a second.
type row struct {
	bar  *mpb.Bar
	last atomic.Pointer[Event]
}

// text returns the row: state, seconds, Region and name.
func (r *row) text(began time.Time) string {
	e := r.last.Load()
	spent := e.Took
	if e.State == Running {
		spent = timeNow().Sub(began)
	}
	return fmt.Sprintf("%-8s %7s  %-14s %s", e.State, spent.Round(time.Second), e.Region, e.nameInRegion())
}

// barWidth is the width of the bar in columns.
const barWidth = 40

func newLive(out *console, steps []Step, options ...mpb.ContainerOption) *live {
	l := &live{console: out, rows: map[int]*row{}}
	l.terminal = out.redirect(io.Discard)
	options = append([]mpb.ContainerOption{mpb.WithOutput(l.terminal), mpb.WithWidth(barWidth)}, options...)
	l.progress = mpb.New(options...)
	l.all = l.progress.AddBar(int64(len(steps)), mpb.BarPriority(len(steps)+1),
		mpb.AppendDecorators(decor.CountersNoUnit("%d of %d steps")))
	out.redirect(l.progress)
	return l
}

func (l *live) event(e Event) {
	r := l.rows[e.Step]
	switch e.State {
	case Running:
		l.rows[e.Step] = l.newRow(e)
	case Done:
		r.last.Store(&e)
		r.bar.Increment()
		l.all.Increment()
	case Failed:
		r.last.Store(&e)
		r.bar.Abort(false)
		fmt.Fprintf(l.progress, "%s: failed\n%s\n", e.Name, e.Error)
	}
}

func (l *live) newRow(e Event) *row {
	r := &row{}
	r.last.Store(&e)
	r.bar = l.progress.New(1, mpb.NopStyle(), mpb.BarPriority(e.Step),
		mpb.PrependDecorators(decor.Any(func(decor.Statistics) string { return r.text(e.Time) })))
	return r
}

// end leaves the last picture on the terminal.
func (l *live) end() {
	l.all.Abort(false)
	l.progress.Wait()
	l.console.redirect(l.terminal)
}
