package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// options are the flags.
type options struct {
	document        string
	functions       map[string]string // binaries by name
	jwks            string
	port            int
	region, account string
	stage           string
	variables       map[string]string
	env             map[string]string
	timeout         time.Duration
}

const usage = `Usage: gateway -openapi FILE -function NAME=BINARY [flags]

Serves an OpenAPI document with the extensions of API Gateway, and runs its Lambda
functions as processes. A document that API Gateway would refuse, or that cannot be
emulated exactly, is refused with the location and the reason of each problem.

`

func readOptions(args []string, stderr io.Writer) (options, error) {
	o := options{functions: map[string]string{}, variables: map[string]string{}, env: map[string]string{}}
	flags := flag.NewFlagSet("gateway", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&o.document, "openapi", "", "the document: a `FILE` in JSON or YAML (required)")
	flags.Func("function", "`NAME=BINARY`, once for each function: the name in the ARN of its integrations, and its executable", pairs(o.functions))
	flags.StringVar(&o.jwks, "jwks", "", "the public keys of the user pools: a `URL or FILE` (RFC 7517). Tokens need the issuer that follows from the ARN of their pool")
	flags.IntVar(&o.port, "port", 8080, "the `port` to listen on, on 127.0.0.1; 0 selects any free one")
	flags.StringVar(&o.region, "region", "us-east-1", "the `REGION` that replaces ${AWS::Region}")
	flags.StringVar(&o.account, "account", "000000000000", "the `ACCOUNT` that replaces ${AWS::AccountId}: 12 digits")
	flags.StringVar(&o.stage, "stage", "local", "the `NAME` of the stage")
	flags.Func("variable", "`NAME=VALUE` of a stage variable; repeatable", pairs(o.variables))
	flags.Func("env", "`NAME=VALUE` of an environment variable of the functions; repeatable", pairs(o.env))
	flags.DurationVar(&o.timeout, "timeout", 3*time.Second, "the functions' timeout")
	if err := flags.Parse(args); err != nil {
		if err == flag.ErrHelp {
			return o, err
		}
		return o, errUsage // the flag package has printed the error
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q: every argument is a flag\n%w", flags.Arg(0), errUsage)
	case o.document == "":
		return o, fmt.Errorf("no document: set -openapi FILE\n%w", errUsage)
	case o.port < 0 || o.port > 65535:
		return o, fmt.Errorf("-port %d is not a port: use a number from 0 to 65535\n%w", o.port, errUsage)
	}
	for name, binary := range o.functions {
		path, err := filepath.Abs(binary)
		if err != nil {
			return o, err
		}
		if info, err := os.Stat(path); err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			return o, fmt.Errorf("-function %s: %s is not an executable: build it first", name, path)
		}
		o.functions[name] = path
	}
	return o, nil
}

// pairs returns a flag's parser of NAME=VALUE into a map.
func pairs(into map[string]string) func(string) error {
	return func(text string) error {
		name, value, ok := strings.Cut(text, "=")
		switch {
		case !ok || name == "" || value == "":
			return fmt.Errorf("%q is not NAME=VALUE", text)
		case into[name] != "":
			return fmt.Errorf("%s is set twice", name)
		}
		into[name] = value
		return nil
	}
}
