package function

import (
	"fmt"
	"path/filepath"
	"slices"
	"time"
)

// Limits and times of Lambda (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html), and this
// service's own defaults.
const (
	maxRequest  = 6 << 20     // bytes of a synchronous request
	maxResponse = 6<<20 + 100 // bytes of a synchronous response: 6,291,556
	maxTimeout  = 15 * time.Minute
	minMemory   = 128
	maxMemory   = 10240

	initTimeout     = 10 * time.Second // until the first request for work
	shutdownTimeout = 2 * time.Second  // between SIGTERM and SIGKILL, as in Lambda's Shutdown phase

	defaultTimeout     = 3 * time.Second
	defaultIdle        = 5 * time.Minute
	defaultConcurrency = 50

	// patience is how long an invocation waits for an environment that has answered but does not come back for more
	// work, before another one is started. Coming back takes a fraction of a millisecond, unless the runtime works on
	// after its answer; far below a cold start, far above what a busy machine adds.
	patience = 50 * time.Millisecond
)

// Config describes one Region's Lambda service.
type Config struct {
	Region    string              // "us-east-1"; the functions see it as AWS_REGION
	AccountID string              // 12 digits; part of the functions' ARNs
	Functions map[string]Function // by physical name, the one an integration URI or an ARN carries

	// Log takes every line as it comes, without its line end: what the functions print (stdout and stderr, one stream as
	// in CloudWatch) and what Lambda itself writes (START, END, REPORT, INIT_REPORT, timeouts, exits). instance is the
	// environment's id, the one in its log stream's name. Lines of one instance come one at a time and in order, those an
	// invocation printed before its END; lines of different instances come at once from different goroutines. It must
	// not call back into the Service. Nil drops everything.
	Log func(function, instance, line string)

	Idle        time.Duration // an environment without work for so long is ended; default 5 minutes
	Concurrency int           // environments per function; an invocation beyond gets ErrThrottled; default 50
}

// Function is one function as Lambda would have it configured.
type Function struct {
	Binary   string            // path of the executable, the deployed `bootstrap`; started in its own folder
	Env      map[string]string // its variables beside those Lambda sets; Lambda's reserved names are refused
	MemoryMB int               // 128 to 10240, default 128; the function can read it, nothing enforces it
	Timeout  time.Duration     // up to 15 minutes, default 3 s; counts from delivery until the function asks for more work
}

// withDefaults checks the configuration and fills in what was left out. It fails where Lambda would refuse the function.
func (c Config) withDefaults() (Config, error) {
	if c.Region == "" || c.AccountID == "" {
		return c, fmt.Errorf("function: Region and AccountID must be given")
	}
	if c.Idle < 0 || c.Concurrency < 0 {
		return c, fmt.Errorf("function: Idle and Concurrency must not be negative")
	}
	if c.Idle == 0 {
		c.Idle = defaultIdle
	}
	if c.Concurrency == 0 {
		c.Concurrency = defaultConcurrency
	}
	functions := make(map[string]Function, len(c.Functions))
	for name, f := range c.Functions {
		f, err := f.withDefaults()
		if err != nil {
			return c, fmt.Errorf("function %q: %w", name, err)
		}
		functions[name] = f
	}
	c.Functions = functions
	return c, nil
}

func (f Function) withDefaults() (Function, error) {
	if f.MemoryMB == 0 {
		f.MemoryMB = minMemory
	}
	if f.Timeout == 0 {
		f.Timeout = defaultTimeout
	}
	if f.Binary == "" {
		return f, fmt.Errorf("no Binary given")
	}
	if f.MemoryMB < minMemory || f.MemoryMB > maxMemory {
		return f, fmt.Errorf("a MemoryMB of %d is not within %d and %d", f.MemoryMB, minMemory, maxMemory)
	}
	if f.Timeout < 0 || f.Timeout > maxTimeout {
		return f, fmt.Errorf("a Timeout of %v is not within 0 and %v", f.Timeout, maxTimeout)
	}
	for name := range f.Env {
		if slices.Contains(reserved, name) {
			return f, fmt.Errorf("its Env sets %s, which Lambda reserves", name)
		}
	}
	// The process starts in the binary's folder, where a relative path would mean another file.
	binary, err := filepath.Abs(f.Binary)
	if err != nil {
		return f, fmt.Errorf("the path of Binary: %w", err)
	}
	f.Binary = binary
	return f, nil
}
