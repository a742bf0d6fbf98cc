package function

import (
	"fmt"
	"path/filepath"
	"slices"
	"time"
)

// Limits and times of Lambda, and defaults of this service. Source: "Lambda
// quotas",
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	MaxRequest  = 6 << 20     // bytes of a synchronous request; a larger one is ErrTooLarge
	maxResponse = 6<<20 + 100 // bytes of a synchronous response: 6,291,556
	maxTimeout  = 15 * time.Minute
	minMemory   = 128
	maxMemory   = 10240

	initTimeout     = 10 * time.Second // limit of the init, which ends with the first request for work
	shutdownTimeout = 2 * time.Second  // between SIGTERM and SIGKILL, as in Lambda's shutdown phase

	defaultTimeout     = 3 * time.Second
	defaultIdle        = 5 * time.Minute
	defaultConcurrency = 1000 // of an account, unless AWS has lowered it for a new one

	// returnTimeout is the time that an invocation waits for an environment that
	// has responded but has not asked for more work, before another one is started.
	// Asking takes a fraction of a millisecond, unless the runtime keeps working
	// after its response. The limit is far below a cold start and far above the
	// delay on a busy machine.
	returnTimeout = 50 * time.Millisecond
)

// Config configures the Lambda service of one Region.
type Config struct {
	Region    string              // such as "us-east-1"; functions see it as AWS_REGION
	AccountID string              // 12 digits; part of the ARN of each function
	Functions map[string]Function // by physical name, as in an integration URI or an ARN

	// Log receives every line without its line end: the output of the functions
	// (stdout and stderr as one stream, as in CloudWatch) and the lines of Lambda
	// itself (START, END, REPORT, INIT_REPORT, timeouts, exits). The instance is
	// the ID of the environment, which is also part of the name of its log stream.
	// The lines of one instance arrive one at a time and in order; the output of an
	// invocation precedes its END. Lines of different instances arrive
	// concurrently. Log must not call the Service. Nil discards the lines.
	Log func(function, instance, line string)

	// Prepare makes the executable at a path exist before a process of it starts, such as
	// by building it. Its time is not a part of the init. If it fails, the invocation
	// fails. It may be called concurrently. If it is nil, all executables exist.
	Prepare func(binary string) error

	// Started receives the process ID of each environment when its process has started. It
	// may be called concurrently. It may be nil.
	Started func(function, instance string, pid int)

	// Invoked is called when an instance has received an invocation, before the line START.
	// It may be called concurrently. It may be nil.
	Invoked func(Started)

	Idle time.Duration // time without work after which an environment ends; default 5 minutes

	// Concurrency is the number of executions at a time of all functions without a
	// reservation together. Further invocations fail with ErrThrottled. The default is
	// 1,000, the limit of a Lambda account.
	Concurrency int

	// XRayDaemon is the address of the X-Ray daemon, host:port. The default is
	// 127.0.0.1:2000, the daemon's own default.
	XRayDaemon string
}

// Started describes an invocation that an instance has received.
type Started struct {
	Function, Instance string
	TraceHeader        string
	At                 time.Time
	// Init is the duration of the instance's init if this is its first invocation.
	Init time.Duration
	// Prepared is the duration of Config.Prepare before that init.
	Prepared time.Duration
}

// Function is the configuration of one function.
type Function struct {
	Binary   string            // path of the executable, the deployed `bootstrap`; it starts in its own folder
	Env      map[string]string // variables in addition to Lambda's; names that Lambda reserves are refused
	MemoryMB int               // 128 to 10240, default 128; the function can read it, but it is not enforced
	Timeout  time.Duration     // up to 15 minutes, default 3 s; from delivery until the function asks for more work
	Debug    bool              // stops the function's clocks for a debugger: no timeout, also of the init, and no end when idle

	// Concurrency is the number of executions at a time that are reserved for the function
	// and limit it. A function without a reservation, 0, shares Config.Concurrency.
	Concurrency int
}

// withDefaults checks the configuration and fills in defaults. It returns an error
// for a function that Lambda would refuse.
func (c Config) withDefaults() (Config, error) {
	if c.Region == "" || c.AccountID == "" {
		return c, fmt.Errorf("function: Region or AccountID is empty: set both")
	}
	if c.Idle < 0 || c.Concurrency < 0 {
		return c, fmt.Errorf("function: Idle %v or Concurrency %d is negative: use 0 or more", c.Idle, c.Concurrency)
	}
	if c.Idle == 0 {
		c.Idle = defaultIdle
	}
	if c.Concurrency == 0 {
		c.Concurrency = defaultConcurrency
	}
	if c.XRayDaemon == "" {
		c.XRayDaemon = "127.0.0.1:2000"
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
		return f, fmt.Errorf("the field Binary is empty: set the path of the executable")
	}
	if f.MemoryMB < minMemory || f.MemoryMB > maxMemory {
		return f, fmt.Errorf("the field MemoryMB %d is not between %d and %d", f.MemoryMB, minMemory, maxMemory)
	}
	if f.Timeout < 0 || f.Timeout > maxTimeout {
		return f, fmt.Errorf("the field Timeout %v is not between 0 and %v", f.Timeout, maxTimeout)
	}
	if f.Concurrency < 0 {
		return f, fmt.Errorf("the field Concurrency %d is negative: use 0 for no reservation", f.Concurrency)
	}
	for name := range f.Env {
		if slices.Contains(reserved, name) {
			return f, fmt.Errorf("the field Env sets %s, which Lambda reserves: use another name", name)
		}
	}
	// The process starts in the folder of the binary, where a relative path would be wrong.
	binary, err := filepath.Abs(f.Binary)
	if err != nil {
		return f, fmt.Errorf("path of Binary: %w", err)
	}
	f.Binary = binary
	return f, nil
}
