// Package function is one Region's Lambda service for the local cloud: the same binaries that are deployed, run as real
// processes that speak the real Runtime API. Cold starts, concurrency, timeouts, crashes and log lines are therefore
// real, not modelled.
//
// # Execution environments
//
// One process is one execution environment and serves one invocation at a time. An invocation takes the environment
// that became idle last; if none is idle it waits for one that is about to be (starting, or done but yet to ask for more
// work), and only if all of those are spoken for does it start another process, up to Config.Concurrency. As in Lambda,
// an invocation that had a process started may be served sooner by an environment that gets free; the new one is then
// idle. Environments are ended after Config.Idle without work, by a timeout and by their own exit.
//
// The lifecycle follows https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html, the protocol
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html, and what neither says (bodies of refusals, states in
// which a call is refused) AWS's Runtime Interface Emulator.
//
// # One address for each environment
//
// Each environment has a listener of its own on 127.0.0.1, so AWS_LAMBDA_RUNTIME_API is a plain host:port as documented
// and any runtime's client works. One listener with the environment's id as a path prefix ("127.0.0.1:9001/id") would
// save a socket per process, but only clients that paste the value into a URL, as aws-lambda-go does, would get through.
// It also ends cleanly: with the environment its listener and every connection go, which nothing else shares.
//
// # What is not emulated
//
// Memory limits and the CPU share that comes with them, freezing between invocations, /tmp, extensions, SnapStart,
// asynchronous invocation and response streaming (a streamed response is collected and answered whole). Lambda runs a
// failed init once more inside the invocation; here the invocation gets the error, and the next one a new process.
package function
