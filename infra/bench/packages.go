package bench

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build"
)

// packagePrograms are the programs in folder packages: a bare handler, and the handler
// with one package of platform that is used once.
var packagePrograms = []string{
	"bare", "problem", "claims", "logs", "metrics", "tracing", "lambdaenv", "secrets", "dynamodb", "idempotency", "adapter",
}

// packageRuns is the number of times that each program is started. The differences are
// tenths of a millisecond, so Packages takes the lower quartile, which other programs on
// the machine disturb less than the median.
const packageRuns = 60

// Packages measures what each package of platform adds to the cold start of a bare
// handler. It starts the programs in random turns and prints the lower quartiles.
func Packages(ctx context.Context, dir string, out io.Writer) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	functions, err := buildPackages(ctx, ws)
	if err != nil {
		return err
	}
	aws := httptest.NewServer(http.HandlerFunc(serveAWS))
	defer aws.Close()
	daemon, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer daemon.Close()
	env := append(slices.Clone(environment), "AWS_ENDPOINT_URL="+aws.URL, "AWS_XRAY_DAEMON_ADDRESS="+daemon.LocalAddr().String())
	starts := make([][]start, len(functions))
	for range packageRuns {
		for _, i := range rand.Perm(len(functions)) {
			s, err := startCold(ctx, functions[i], env, []byte(event))
			if err != nil {
				return err
			}
			if !bytes.Contains(s.response, []byte(`"statusCode":200`)) {
				return fmt.Errorf("%s: wrong response %s", functions[i].name, s.response)
			}
			starts[i] = append(starts[i], s)
		}
	}
	return printPackages(out, functions, starts)
}

func buildPackages(ctx context.Context, ws workspace.Workspace) ([]function, error) {
	dir := filepath.Join(ws.Root, workspace.Dist, "bench", "packages") + string(filepath.Separator)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	args := slices.Concat([]string{"build"}, build.Flags, []string{"-o", dir})
	var list []function
	for _, name := range packagePrograms {
		args = append(args, "./"+name)
		list = append(list, function{name: name, binary: dir + name})
	}
	cmd := command.Go(filepath.Join(ws.Root, "infra", "bench", "packages"), args...)
	cmd.Env = []string{"CGO_ENABLED=0"}
	return list, cmd.Run(ctx)
}

func printPackages(out io.Writer, functions []function, starts [][]start) error {
	fmt.Fprintf(out, "Cold start of a bare handler that uses one package once, exec to first response; services respond over HTTP;\n")
	fmt.Fprintf(out, "lower quartiles of %d, in random order\n\n", packageRuns)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tCPU ms\t× bare\tinit ms\t× bare\tmemory MB\tbinary MB\t× bare\t")
	var bare int64 // bytes of the binary
	for i, f := range functions {
		info, err := os.Stat(f.binary)
		if err != nil {
			return err
		}
		if i == 0 {
			bare = info.Size()
		}
		used, init := quartileOf(starts[i], cpu), quartileOf(starts[i], initialization)
		fmt.Fprintf(w, "%s\t%.1f\t%.2f\t%.1f\t%.2f\t%.1f\t%.1f\t%.2f\t\n", f.name,
			milliseconds(used), float64(used)/float64(quartileOf(starts[0], cpu)),
			milliseconds(init), float64(init)/float64(quartileOf(starts[0], initialization)),
			float64(quartileOf(starts[i], rss))/1e6, float64(info.Size())/1e6, float64(info.Size())/float64(bare))
	}
	return w.Flush()
}

// quartileOf returns the lower quartile of a figure of the starts.
func quartileOf[T cmp.Ordered](starts []start, figure func(start) T) T {
	values := make([]T, len(starts))
	for i, s := range starts {
		values[i] = figure(s)
	}
	return slices.Sorted(slices.Values(values))[len(values)/4]
}

// serveAWS stands in for DynamoDB and Secrets Manager with constants. A table has one
// item, and a Query of it finds nothing.
func serveAWS(w http.ResponseWriter, r *http.Request) {
	_, action, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if action == "GetItem" {
		serveGetItem(w, r)
		return
	}
	io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	switch action {
	case "GetSecretValue":
		key := base64.StdEncoding.EncodeToString(make([]byte, 32))
		fmt.Fprintf(w, `{"Name":"bench/orders/key","VersionId":"v1","SecretString":%q}`, key)
	case "Query":
		io.WriteString(w, `{"Items":[],"Count":0}`)
	case "PutItem":
		io.WriteString(w, `{}`)
	default:
		http.Error(w, "unexpected action "+action, http.StatusBadRequest)
	}
}
