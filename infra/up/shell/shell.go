// Package shell implements the targets of mage in the namespace local: it watches and
// breaks the cloud that `go tool mage up` runs, from another terminal.
package shell

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/local/control"
	"github.com/meridian-api/meridian/infra/up/running"
)

// ErrNotRunning reports that no cloud runs from the clone.
var ErrNotRunning = errors.New("no cloud runs from this clone: start it with 'go tool mage up' in another terminal")

// Shell controls the cloud of one clone.
type Shell struct {
	client control.Client
	out    io.Writer
	dir    string // in the clone
}

// Find returns a Shell for the cloud that runs from the clone at dir. Its methods return
// ErrNotRunning if none runs.
func Find(dir string, out io.Writer) Shell {
	s := Shell{out: out, dir: dir}
	if ws, err := workspace.Find(dir); err == nil {
		if cloud, err := running.Read(ws.Root); err == nil {
			s.client.URL = cloud.Edge + control.Path
		} else if !errors.Is(err, fs.ErrNotExist) {
			fmt.Fprintln(out, err)
		}
	}
	return s
}

// run calls do if a cloud runs. The file that describes the cloud outlives one that was
// killed.
func (s Shell) run(do func() error) error {
	if s.client.URL == "" {
		return ErrNotRunning
	}
	err := do()
	if errors.Is(err, syscall.ECONNREFUSED) {
		return ErrNotRunning
	}
	return err
}

// Down stops a Region, and Up starts it.
func (s Shell) Down(ctx context.Context, region string) error {
	return s.run(func() error { return s.done(s.client.SetRegion(ctx, region, true), "%s is down", region) })
}

// Up starts a Region that Down has stopped.
func (s Shell) Up(ctx context.Context, region string) error {
	return s.run(func() error { return s.done(s.client.SetRegion(ctx, region, false), "%s is up", region) })
}

// Cut stops the replication between two Regions, and Heal resumes it.
func (s Shell) Cut(ctx context.Context, a, b string) error {
	return s.run(func() error {
		return s.done(s.client.SetLink(ctx, a, b, true), "the link between %s and %s is cut: writes wait for local:heal", a, b)
	})
}

// Heal resumes the replication that Cut has stopped.
func (s Shell) Heal(ctx context.Context, a, b string) error {
	return s.run(func() error {
		return s.done(s.client.SetLink(ctx, a, b, false), "the link between %s and %s is healed", a, b)
	})
}

// Lag sets the replication lag.
func (s Shell) Lag(ctx context.Context, lag string) error {
	d, err := time.ParseDuration(lag)
	if err != nil {
		return fmt.Errorf("%q is not a duration: use one such as 200ms or 2s", lag)
	}
	return s.run(func() error { return s.done(s.client.SetLag(ctx, d), "later writes take %s or more", d) })
}

// Skew sets by how much the clock of a Region is ahead.
func (s Shell) Skew(ctx context.Context, region, skew string) error {
	d, err := time.ParseDuration(skew)
	if err != nil {
		return fmt.Errorf("%q is not a duration: use one such as 5m or -90s", skew)
	}
	return s.run(func() error {
		return s.done(s.client.SetSkew(ctx, region, d), "the clock of %s is ahead by %s", region, d)
	})
}

// Fault sets the faults of a function in place of earlier ones. Without any, it ends them.
func (s Shell) Fault(ctx context.Context, function string, crash, throttle *bool, delay *string) error {
	f := control.Fault{Function: function, Crash: crash != nil && *crash, Throttle: throttle != nil && *throttle}
	if delay != nil {
		d, err := time.ParseDuration(*delay)
		if err != nil {
			return fmt.Errorf("delay %q is not a duration: use one such as 2s", *delay)
		}
		f.DelayMs = float64(d.Milliseconds())
	}
	text := "%s has the faults that you set: 'go tool mage local:fault %[1]s' ends them"
	if !f.HasEffect() {
		text = "%s has no faults"
	}
	return s.run(func() error { return s.done(s.client.SetFault(ctx, f), text, function) })
}

// ExpireKeys expires the keys that sign tokens.
func (s Shell) ExpireKeys(ctx context.Context) error {
	return s.run(func() error {
		return s.done(s.client.ExpireKeys(ctx), "all earlier tokens are refused: %s has new ones", running.File)
	})
}

// Secrets begins an outage of Secrets Manager if state is "down", and ends it if it is "up".
func (s Shell) Secrets(ctx context.Context, state string) error {
	if state != "down" && state != "up" {
		return fmt.Errorf("%q is not down or up", state)
	}
	return s.run(func() error {
		return s.done(s.client.SetSecretsOutage(ctx, state == "down"), "Secrets Manager is %s", state)
	})
}

// Token prints an access token of a user with the scopes, which are separated by spaces,
// or with the user's.
func (s Shell) Token(ctx context.Context, user string, scopes *string) error {
	return s.run(func() error {
		var list []string
		if scopes != nil {
			list = strings.Fields(*scopes)
		}
		t, err := s.client.Token(ctx, user, list...)
		return s.done(err, "%s", t.AccessToken)
	})
}

// Invoke invokes a function in the nearest Region with the event in a file, and prints
// its response. Without a file, it prints and uses a sample from the contract.
func (s Shell) Invoke(ctx context.Context, function string, event *string) error {
	return s.run(func() error {
		data, err := s.event(ctx, function, event)
		if err != nil {
			return err
		}
		result, err := s.client.Invoke(ctx, "", function, data)
		if err != nil {
			return err
		}
		if result.Error != "" {
			return fmt.Errorf("%s: 'go tool mage local:logs -request=%s' has the lines of the function", result.Error, result.RequestID)
		}
		return s.done(nil, "%s", result.Response)
	})
}

// event returns the event in a file, or a sample that it prints, with the claims of the
// first demo user.
func (s Shell) event(ctx context.Context, function string, file *string) ([]byte, error) {
	if file == nil {
		sample, err := sampleEvent(s.dir, function, func(scopes []string) (string, error) {
			status, err := s.client.Status(ctx, "")
			if err != nil {
				return "", err
			}
			t, err := s.client.Token(ctx, status.Users[0], scopes...)
			return t.AccessToken, err
		})
		return sample, s.done(err, "%s", sample)
	}
	data, err := os.ReadFile(*file)
	if err == nil && !json.Valid(data) {
		err = fmt.Errorf("%s is not JSON", *file)
	}
	return data, err
}

// done prints a result unless there is an error.
func (s Shell) done(err error, format string, args ...any) error {
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, format+"\n", args...)
	return err
}

// Status prints the state of the cloud.
func (s Shell) Status(ctx context.Context) error {
	return s.run(func() error {
		status, err := s.client.Status(ctx, "")
		if err != nil {
			return err
		}
		_, err = io.WriteString(s.out, statusText(status))
		return err
	})
}

func statusText(status control.Status) string {
	text := &strings.Builder{}
	table := tabwriter.NewWriter(text, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "REGION\tSTATE\tHEALTH CHECKS\tCLOCK\tGATEWAY\n")
	for _, r := range status.Regions {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", r.Name, choose(r.Down, "down", "up"), choose(r.Healthy, "healthy", "unhealthy"),
			choose(r.SkewMs == 0, "exact", duration(r.SkewMs).String()), r.URL)
	}
	fmt.Fprintf(table, "\nLINK\tSTATE\tLAG\tON THEIR WAY\n")
	for _, l := range status.Links {
		state := choose(l.CutByUser, "cut", choose(l.Cut, "a Region is down", "connected"))
		fmt.Fprintf(table, "%s → %s\t%s\t%s\t%d\n", l.From, l.To, state, duration(l.LagMs), l.Pending)
	}
	fmt.Fprintf(table, "\nFUNCTION\tREGION\tINSTANCES\tCOLD STARTS\tINVOCATIONS\tERRORS\tMEMORY\n")
	for _, f := range status.Functions {
		if f.Invocations > 0 {
			fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\t%d\t%d MB\n", f.Name, f.Region, f.Instances, f.ColdStarts, f.Invocations, f.Errors, f.MemoryBytes>>20)
		}
	}
	table.Flush() // a Builder does not fail
	for _, f := range status.Faults {
		fmt.Fprintf(text, "\nfault of %s: crash %t, throttle %t, delay %s", f.Function, f.Crash, f.Throttle, duration(f.DelayMs))
	}
	fmt.Fprintf(text, "\nroute of a client at %s: %s\n", status.Regions[0].Name, strings.Join(status.Route, ", then "))
	if status.SecretsOutage {
		fmt.Fprintf(text, "Secrets Manager is down\n")
	}
	return text.String()
}

func choose(condition bool, yes, no string) string {
	if condition {
		return yes
	}
	return no
}

func duration(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }
