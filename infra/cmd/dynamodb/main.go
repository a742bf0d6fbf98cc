// Command dynamodb serves the embedded DynamoDB without the rest of the cloud: for the
// tests of stores, and for programs outside this repository. It prints the URL of each
// Region on a line. It ends when its standard input ends, so that it does not outlive its
// parent.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/infra/local/dynamodb"
)

const usage = `Usage: dynamodb [flags]

Serves DynamoDB in memory and prints the URL of each Region. It ends with its standard input.

  -regions LIST      the Regions, separated by commas (default us-east-1)
  -table NAME=KEYS   a global table, such as orders=customer:S,placed:N: its hash key and, after a
                     comma, its range key; can be repeated. CreateTable makes other tables, in one Region
  -lag DURATION      how long a write takes to reach another Region, such as 2s
`

// settings are the values of the flags.
type settings struct {
	regions []string
	tables  map[string]manifest.Table
	lag     time.Duration
}

func main() {
	s, err := parse(os.Args[1:])
	if err == nil {
		err = serve(s, os.Stdin, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// parse parses the arguments.
func parse(args []string) (settings, error) {
	s := settings{tables: map[string]manifest.Table{}}
	flags := flag.NewFlagSet("dynamodb", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	regions := flags.String("regions", "us-east-1", "")
	flags.DurationVar(&s.lag, "lag", 0, "")
	flags.Func("table", "", func(text string) error {
		name, keys, _ := strings.Cut(text, "=")
		table, err := parseKeys(keys)
		s.tables[name] = table
		return err
	})
	err := flags.Parse(args)
	if err == nil && flags.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if err != nil {
		return s, fmt.Errorf("%w\n%s", err, usage)
	}
	s.regions = strings.Split(*regions, ",")
	return s, nil
}

// parseKeys returns a table with a hash key and perhaps a range key, such as "id:S,at:N".
func parseKeys(text string) (manifest.Table, error) {
	var keys []manifest.Key
	for field := range strings.SplitSeq(text, ",") {
		name, kind, _ := strings.Cut(field, ":")
		if name == "" || kind != "S" && kind != "N" && kind != "B" {
			return manifest.Table{}, fmt.Errorf("the key %q: want a name and S, N or B, such as id:S", field)
		}
		keys = append(keys, manifest.Key{Name: name, Type: kind})
	}
	switch len(keys) {
	case 1:
		return manifest.Table{HashKey: keys[0]}, nil
	case 2:
		return manifest.Table{HashKey: keys[0], RangeKey: &keys[1]}, nil
	}
	return manifest.Table{}, fmt.Errorf("%d keys, want a hash key and at most a range key", len(keys))
}

// serve serves the Regions until in ends.
func serve(s settings, in io.Reader, out io.Writer) error {
	engine, err := dynamodb.Open(context.Background(), dynamodb.Config{
		Regions: s.regions, Tables: s.tables, Lag: s.lag, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	if err != nil {
		return err
	}
	ended := make(chan error, len(s.regions))
	var servers []*http.Server
	for _, region := range s.regions {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return errors.Join(err, engine.Close())
		}
		server := &http.Server{Handler: engine.Handler(region)}
		servers = append(servers, server)
		go func() { ended <- server.Serve(listener) }()
		line := "http://" + listener.Addr().String()
		if len(s.regions) > 1 {
			line = region + " " + line
		}
		fmt.Fprintln(out, line)
	}
	go func() {
		io.Copy(io.Discard, in)
		for _, server := range servers {
			server.Close()
		}
	}()
	for range servers {
		if served := <-ended; served != http.ErrServerClosed {
			err = errors.Join(err, served)
		}
	}
	return errors.Join(err, engine.Close())
}
