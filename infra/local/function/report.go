package function

import (
	"strconv"
	"time"
)

// The lines that Lambda writes to a function's log, in text format. Source:
// "Understanding the Lambda execution environment lifecycle",
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
// The lines are built without fmt because every invocation has three.

// runtimeVersion is the version of provided.al2023 in a capture. Nothing depends on it.
const runtimeVersion = "provided:al2023.v109"

// reportInit writes the line about the start of an environment. Lambda does not write
// another one when it repeats the init.
func (e *environment) reportInit() {
	if !e.repeats && !e.output.disabled() {
		e.output.writeLines("INIT_START Runtime Version: " + runtimeVersion)
	}
}

func (e *environment) reportStart(inv *invocation) {
	if invoked := e.pool.service.cfg.Invoked; invoked != nil {
		invoked(Started{
			Function: e.pool.name, Instance: e.id, TraceHeader: inv.trace,
			At: inv.started, Init: inv.initDuration, Prepared: inv.prepared,
		})
	}
	if e.output.disabled() {
		return
	}
	e.memory.used() // so that there is a figure if the process ends
	e.output.writeLines("START RequestId: " + inv.id + " Version: $LATEST")
}

// reportEnd writes the last lines of an invocation. The status is empty if the
// function finished, even with an error that it reported; otherwise it is the
// status in REPORT, such as "timeout".
func (e *environment) reportEnd(inv *invocation, status string) {
	if e.output.disabled() {
		return
	}
	took := time.Since(inv.started)
	line := make([]byte, 0, 200)
	line = append(line, "REPORT RequestId: "...)
	line = append(line, inv.id...)
	line = append(line, "\tDuration: "...)
	line = appendMillis(line, took)
	line = append(line, " ms\tBilled Duration: "...)
	line = strconv.AppendInt(line, billed(took+inv.initDuration), 10)
	line = append(line, " ms\tMemory Size: "...)
	line = strconv.AppendInt(line, int64(e.pool.function.MemoryMB), 10)
	line = append(line, " MB"...)
	if used := e.memory.used(); used > 0 {
		line = append(line, "\tMax Memory Used: "...)
		line = strconv.AppendInt(line, (used+1<<20-1)>>20, 10)
		line = append(line, " MB"...)
	}
	if inv.initDuration > 0 {
		line = append(line, "\tInit Duration: "...)
		line = appendMillis(line, inv.initDuration)
		line = append(line, " ms"...)
	}
	if status != "" {
		line = append(line, "\tStatus: "...)
		line = append(line, status...)
	}
	e.output.endLine("END RequestId: "+inv.id, string(line))
}

// reportLoss writes Lambda's lines about an environment that ended prematurely, and
// then completes the lost invocation, so that a caller with the error finds its
// reason in the log. At last it runs the environment that repeats the init, if any.
func (e *environment) reportLoss(d removal, why failure) {
	status := "error\tError Type: " + why.errorType
	if why.errorType == typeTimeout {
		status = "timeout"
	}
	request := d.current
	if d.from == starting {
		phase := "init"
		if e.repeats {
			phase = "invoke"
		}
		took := appendMillis(nil, time.Since(e.started))
		e.output.writeLines("INIT_REPORT Init Duration: " + string(took) + " ms\tPhase: " + phase + "\tStatus: " + status)
		if request = d.lost; request != nil {
			request.started = e.started // the init is part of the invocation
			e.reportStart(request)
		}
	}
	if request != nil && why.errorType == typeTimeout {
		e.output.writeLines(time.Now().UTC().Format("2006-01-02T15:04:05.000Z") + " " + request.id + " " + why.detail)
	} else if request != nil && why.reported == nil {
		e.output.writeLines("RequestId: "+request.id+" Error: "+why.detail, why.errorType)
	}
	if request != nil {
		e.reportEnd(request, status)
	}
	if d.lost != nil {
		d.lost.complete(nil, why.forRequest(d.lost.id))
	}
	if d.repeat != nil {
		e.pool.service.environments.Go(d.repeat.run)
	}
}

// billed returns a duration in milliseconds, rounded up.
func billed(d time.Duration) int64 {
	return int64((d + time.Millisecond - 1) / time.Millisecond)
}

func appendMillis(line []byte, d time.Duration) []byte {
	return strconv.AppendFloat(line, float64(d)/float64(time.Millisecond), 'f', 2, 64)
}
