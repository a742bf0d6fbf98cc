// Package function implements the Lambda service of one Region of the embedded
// cloud. It runs the deployed binaries as processes and serves the Runtime API to
// them, so cold starts, concurrency, timeouts, crashes and log lines are real
// rather than simulated.
//
// # Execution environments
//
// An execution environment is one process, and serves one invocation at a time. An
// invocation takes the environment that became idle last. If no environment is
// idle, the invocation waits for one that will soon be: one that is starting, or
// one that has responded but has not yet asked for more work. If other invocations
// already wait for all of those, another process is started, up to the concurrency of
// the function or the account. As on Lambda, an invocation that caused a start may be served
// by another environment that becomes idle earlier; the new one is then idle. An
// environment ends after Config.Idle without work, after a timeout, and when its
// process exits. With it end all processes that it has started, on Linux even those in
// a session of their own.
//
// If the init of an environment fails while an invocation waits for it, the init is
// repeated once as part of that invocation, within the function's timeout, as on
// Lambda. If it fails again, the invocation gets the error.
//
// The lifecycle follows "Understanding the Lambda execution environment lifecycle",
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
// and the protocol "Using the Lambda runtime API for custom runtimes",
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
// What neither page specifies, such as the bodies of refusals and the states in
// which a call is refused, follows AWS's Runtime Interface Emulator,
// https://github.com/aws/aws-lambda-runtime-interface-emulator
//
// # One address per environment
//
// Each environment has its own listener on 127.0.0.1, so AWS_LAMBDA_RUNTIME_API is
// a plain host:port, as documented, and every runtime's client works. One shared
// listener with the environment's ID as a path prefix ("127.0.0.1:9001/id") would
// save a socket per process, but it would only work for clients that insert the
// value into a URL, such as aws-lambda-go. An own listener also simplifies the end:
// it closes together with all its connections, and no other environment uses them.
//
// # Not emulated
//
// Memory limits and the CPU share that comes with them, freezing between
// invocations, /tmp, extensions, SnapStart, asynchronous invocation and response
// streaming (a streamed response is collected and returned at once).
package function
