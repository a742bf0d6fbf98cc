package function

import (
	"strconv"
	"time"
)

// The lines Lambda writes into a function's log, in the text format
// (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html). They are put together by hand, as each
// invocation has three. Max Memory Used is left out: nothing here limits memory, so the number would promise something.

func (e *environment) reportStart(inv *invocation) {
	if e.output.silent() {
		return
	}
	e.output.say("START RequestId: " + inv.id + " Version: $LATEST")
}

// reportEnd closes an invocation's lines. status is empty for one that went its whole way, even to an error that the
// function reported; otherwise what REPORT says of it ("timeout").
func (e *environment) reportEnd(inv *invocation, status string) {
	if e.output.silent() {
		return
	}
	took := time.Since(inv.begun)
	line := make([]byte, 0, 200)
	line = append(line, "REPORT RequestId: "...)
	line = append(line, inv.id...)
	line = append(line, "\tDuration: "...)
	line = appendMillis(line, took)
	line = append(line, " ms\tBilled Duration: "...)
	line = strconv.AppendInt(line, billed(took+inv.initTook), 10)
	line = append(line, " ms\tMemory Size: "...)
	line = strconv.AppendInt(line, int64(e.pool.function.MemoryMB), 10)
	line = append(line, " MB"...)
	if inv.initTook > 0 {
		line = append(line, "\tInit Duration: "...)
		line = appendMillis(line, inv.initTook)
		line = append(line, " ms"...)
	}
	if status != "" {
		line = append(line, "\tStatus: "...)
		line = append(line, status...)
	}
	e.output.endLine()
	e.output.say("END RequestId: "+inv.id, string(line))
}

// reportLoss writes what Lambda says of an environment that ended before its time, then settles what was lost with it,
// so that a caller who has the error finds its reason in the log.
func (e *environment) reportLoss(d departure, why failure) {
	status := "error\tError Type: " + why.errorType
	if why.errorType == typeTimeout {
		status = "timeout"
	}
	request := d.current
	if d.from == starting {
		request = d.lost
	}
	if request != nil && why.errorType == typeTimeout {
		e.output.say(time.Now().UTC().Format("2006-01-02T15:04:05.000Z") + " " + request.id + " " + why.detail)
	} else if request != nil && why.reported == nil {
		e.output.say("RequestId: "+request.id+" Error: "+why.detail, why.errorType)
	}
	switch {
	case d.from == starting:
		took := appendMillis(nil, time.Since(e.started))
		e.output.say("INIT_REPORT Init Duration: " + string(took) + " ms\tPhase: init\tStatus: " + status)
	case d.current != nil:
		e.reportEnd(d.current, status)
	}
	if d.lost != nil {
		d.lost.settle(nil, why.of(d.lost.id))
	}
}

// billed is a duration in whole milliseconds, rounded up; for OS-only runtimes it has always included the init.
func billed(d time.Duration) int64 {
	return int64((d + time.Millisecond - 1) / time.Millisecond)
}

func appendMillis(line []byte, d time.Duration) []byte {
	return strconv.AppendFloat(line, float64(d)/float64(time.Millisecond), 'f', 2, 64)
}
