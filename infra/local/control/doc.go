// Package control watches the embedded cloud and breaks it on purpose. It has one API
// for the console, the shell and tests: [Server] serves it as JSON over HTTP with
// server-sent events, and [Client] calls it.
//
// Callers do not sign in: the API is for the machine that runs the cloud. Server therefore
// refuses requests from other web sites, and requests for another host name than the
// machine's own.
package control
