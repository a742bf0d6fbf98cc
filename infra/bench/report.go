package bench

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build"
)

// peers are the commands of the module beside this package, the floor first.
var peers = []string{"bare", "usual", "gin", "huma"}

// runs is how often each binary is started.
const runs = 20

// ColdStart builds getMyAccount of the workspace that dir is in and its peers,
// starts each in turn, and prints the medians with their ratio to the bare handler.
func ColdStart(ctx context.Context, dir string, out io.Writer) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	temporary, err := os.MkdirTemp("", "meridian-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	a, err := newAuthority()
	if err != nil {
		return err
	}
	trustOfPeers, trustOfMeridian, err := trust(temporary, a)
	if err != nil {
		return err
	}
	functions, err := buildAll(ctx, ws, trustOfPeers, trustOfMeridian)
	if err != nil {
		return err
	}
	plain := httptest.NewServer(http.HandlerFunc(answerGetItem))
	defer plain.Close()
	secure := httptest.NewUnstartedServer(plain.Config.Handler)
	secure.TLS = &tls.Config{Certificates: []tls.Certificate{a.server}}
	secure.StartTLS()
	defer secure.Close()

	starts := make([]measured, len(functions))
	for range runs {
		for _, turn := range rand.Perm(2 * len(functions)) { // the one before leaves the caches warm or cold
			i, url := turn/2, plain.URL
			list := &starts[i].plain
			if turn%2 == 1 {
				url, list = secure.URL, &starts[i].secure
			}
			s, err := startCold(ctx, functions[i], append(slices.Concat(environment, functions[i].env), "AWS_ENDPOINT_URL_DYNAMODB="+url), []byte(event))
			if err != nil {
				return err
			}
			if !bytes.Contains(s.answer, []byte(`"statusCode":200`)) || i > 0 && !bytes.Contains(s.answer, []byte("ada@example.com")) {
				return fmt.Errorf("%s answered %s", functions[i].name, s.answer)
			}
			*list = append(*list, s)
		}
	}
	both := slices.Concat(starts[0].plain, starts[0].secure) // the bare handler reads nothing
	starts[0] = measured{both, both}
	return print(out, functions, starts)
}

// measured are the cold starts of a function with a store over HTTP and over TLS.
type measured struct{ plain, secure []start }

// environment is what Lambda sets, for all functions alike.
var environment = []string{
	"AWS_REGION=us-east-1", "ENVIRONMENT=bench",
	"AWS_ACCESS_KEY_ID=bench", "AWS_SECRET_ACCESS_KEY=bench", "AWS_SESSION_TOKEN=bench",
	"AWS_LAMBDA_FUNCTION_NAME=bench-accounts-get-my-account", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512",
	"AWS_XRAY_DAEMON_ADDRESS=127.0.0.1:2000", "AWS_XRAY_CONTEXT_MISSING=LOG_ERROR",
}

// buildAll builds the functions, the floor first and Meridian last, each with
// the environment that it is to have beside what is everybody's.
func buildAll(ctx context.Context, ws workspace.Workspace, peersEnv, env []string) ([]function, error) {
	binaries, err := build.Functions(ctx, ws, build.Host)
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(ws.Root, workspace.Dist, "bench") + string(filepath.Separator)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	args := slices.Concat([]string{"build"}, build.Flags, []string{"-o", dir})
	var list []function
	for _, p := range peers {
		args = append(args, "./"+p)
		list = append(list, function{p, dir + p, peersEnv})
	}
	const service, name = "accounts", "get-my-account"
	m, err := manifest.Read(filepath.Join(ws.Root, service))
	if err != nil {
		return nil, err
	}
	for variable, value := range m.Functions[name].Environment {
		env = append(env, variable+"="+value)
	}
	list = append(list, function{"meridian", binaries[service][name], env})
	cmd := command.Go(filepath.Join(ws.Root, "infra", "bench", "peers"), args...)
	cmd.Env = []string{"GOWORK=off", "CGO_ENABLED=0"}
	return list, cmd.Run(ctx)
}

func print(out io.Writer, functions []function, starts []measured) error {
	fmt.Fprintf(out, "Cold start, exec to first answer with one DynamoDB read (bare: none), over HTTP and over TLS as at AWS;\nmedians of %d, in turns\n\n", runs)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tHTTP: CPU ms\t× bare\twall ms\tTLS: CPU ms\t× bare\twall ms\tmemory MB\tbinary MB\tzip MB\t")
	for i, f := range functions {
		binary, err := os.ReadFile(f.binary)
		if err != nil {
			return err
		}
		zipped, err := build.Zip(binary)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\t", f.name)
		for _, of := range [][2][]start{{starts[i].plain, starts[0].plain}, {starts[i].secure, starts[0].secure}} {
			used, floor := median(of[0], cpu), median(of[1], cpu)
			fmt.Fprintf(w, "%.1f\t%.2f\t%.1f\t", ms(used), float64(used)/float64(floor), ms(median(of[0], wall)))
		}
		fmt.Fprintf(w, "%.1f\t%.1f\t%.1f\t\n", float64(median(starts[i].secure, rss))/1e6, float64(len(binary))/1e6, float64(len(zipped))/1e6)
	}
	return w.Flush()
}

func cpu(s start) time.Duration  { return s.CPU }
func wall(s start) time.Duration { return s.Wall }
func rss(s start) int64          { return s.RSS }

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }

func median[T cmp.Ordered](starts []start, of func(start) T) T {
	values := make([]T, len(starts))
	for i, s := range starts {
		values[i] = of(s)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// answerGetItem stands for DynamoDB: its speed must not count, only the client's.
func answerGetItem(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	io.WriteString(w, `{"Item":{"pk":{"S":"account#7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"},"accountId":{"S":"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"},"email":{"S":"ada@example.com"},"country":{"S":"CA"},"status":{"S":"active"},"createdAt":{"S":"2026-03-04T19:15:17Z"},"updatedAt":{"S":"2026-03-04T19:15:17Z"},"version":{"N":"1"}}}`)
}
