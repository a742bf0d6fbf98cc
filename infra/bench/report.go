package bench

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/manifest"
	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/build"
)

// peers are the commands of the module in folder peers. The first one, bare, is the
// minimum for a Go function, and ideal the minimum for one that reads an item.
var peers = []string{"bare", ideal, "usual", "gin", "huma"}

// ideal is the peer with Meridian's settings: its certificates and GOMAXPROCS.
const ideal = "ideal"

// coldRuns is the number of times that ColdStart starts each binary with each store.
const coldRuns = 60

// ColdStart builds getMyAccount of the monorepo around dir and its peers, starts each
// of them in random turns, and prints the medians with their ratios to bare and ideal.
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
	peersEnv, meridianEnv, err := trust(temporary, filepath.Join(ws.Root, "platform", "connect", "amazon.pem"), a)
	if err != nil {
		return err
	}
	functions, err := buildAll(ctx, ws, peersEnv, meridianEnv)
	if err != nil {
		return err
	}
	plain := httptest.NewServer(http.HandlerFunc(serveGetItem))
	defer plain.Close()
	secure := httptest.NewUnstartedServer(plain.Config.Handler)
	secure.TLS = &tls.Config{Certificates: []tls.Certificate{a.server}}
	secure.StartTLS()
	defer secure.Close()
	daemon, err := net.ListenPacket("udp", "127.0.0.1:0") // without a listener, the kernel would respond with errors
	if err != nil {
		return err
	}
	defer daemon.Close()
	starts, err := startAll(ctx, functions, daemon.LocalAddr().String(), []way{
		{"HTTP", plain.URL, wholeFile}, {"TLS", secure.URL, wholeFile}, {"TLS, small pages", secure.URL, os.Getpagesize()},
	})
	if err != nil {
		return err
	}
	return printColdStarts(out, functions, starts)
}

// way is a way to start a function: the URL of its store, and the size of the writes
// with which the binary was copied. The kernel caches a file in pages as large as the
// writes if its memory allows it, and maps larger pages faster. With small pages, a start
// is as on kernels that have no others, before 6.16 on ext4, or whose memory is fragmented.
type way struct {
	name, url string
	writes    int
}

const wholeFile = 1 << 30

// coldStarts are the starts of each function in one way.
type coldStarts struct {
	way
	of [][]start
}

// startAll starts each function in each way. The order is random, because a start leaves
// the caches warm or cold for the next one.
func startAll(ctx context.Context, functions []function, daemon string, ways []way) ([]coldStarts, error) {
	all := make([]coldStarts, len(ways))
	for i, w := range ways {
		all[i] = coldStarts{w, make([][]start, len(functions))}
	}
	for range coldRuns {
		for _, turn := range rand.Perm(len(ways) * len(functions)) {
			in, i := all[turn%len(ways)], turn/len(ways)
			env := append(slices.Concat(environment, functions[i].env),
				"AWS_XRAY_DAEMON_ADDRESS="+daemon, "AWS_ENDPOINT_URL_DYNAMODB="+in.url)
			s, err := startCopy(ctx, functions[i], in.writes, env)
			if err != nil {
				return nil, err
			}
			hasAccount := i == 0 || bytes.Contains(s.response, []byte("ada@example.com")) // the bare handler reads nothing
			if !hasAccount || !bytes.Contains(s.response, []byte(`"statusCode":200`)) {
				return nil, fmt.Errorf("%s: wrong response %s", functions[i].name, s.response)
			}
			in.of[i] = append(in.of[i], s)
		}
	}
	return all, nil
}

// startCopy starts a new copy of the binary, written in pieces. The CPU time of page
// faults depends on the pages in which the kernel caches a file: with one file for all
// runs, the times of equal binaries differed by a sixth.
func startCopy(ctx context.Context, f function, writes int, env []string) (start, error) {
	content, err := os.ReadFile(f.binary)
	if err != nil {
		return start{}, err
	}
	f.binary += ".copy" // beside the binary, because temporary files can be in memory
	file, err := os.OpenFile(f.binary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o755)
	if err != nil {
		return start{}, err
	}
	defer os.Remove(f.binary)
	for piece := range slices.Chunk(content, writes) {
		if _, err := file.Write(piece); err != nil {
			return start{}, errors.Join(err, file.Close())
		}
	}
	if err := file.Close(); err != nil {
		return start{}, err
	}
	return startCold(ctx, f, env, []byte(event))
}

// environment has the variables that Lambda sets for every function.
var environment = []string{
	"AWS_REGION=us-east-1", "ENVIRONMENT=bench",
	"AWS_ACCESS_KEY_ID=bench", "AWS_SECRET_ACCESS_KEY=bench", "AWS_SESSION_TOKEN=bench",
	"AWS_LAMBDA_FUNCTION_NAME=bench-accounts-get-my-account", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512",
	"AWS_XRAY_CONTEXT_MISSING=LOG_ERROR",
}

// buildAll builds the peers, in their order, and Meridian's function. peersEnv and env
// are added to the variables that Lambda sets.
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
	const service, name = "accounts", "get-my-account"
	m, err := manifest.Read(filepath.Join(ws.Root, service))
	if err != nil {
		return nil, err
	}
	for variable, value := range m.Functions[name].Environment {
		env = append(env, variable+"="+value)
	}
	var list []function
	for _, p := range peers {
		args = append(args, "./"+p)
		list = append(list, function{p, dir + p, peersEnv})
		if p == ideal {
			list[len(list)-1].env = env
		}
	}
	list = append(list, function{"meridian", binaries[service][name], env})
	cmd := command.Go(filepath.Join(ws.Root, "infra", "bench", "peers"), args...)
	cmd.Env = []string{"CGO_ENABLED=0"}
	return list, cmd.Run(ctx)
}

func printColdStarts(out io.Writer, functions []function, all []coldStarts) error {
	fmt.Fprintf(out, "Cold start, exec to first response with one DynamoDB read (bare: without), over HTTP and over TLS as on AWS;\n")
	fmt.Fprintf(out, "CPU in ms and its ratios to bare and ideal, wall time in ms, sizes in MB; medians of %d, in random order\n\n", coldRuns)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, in := range all {
		fmt.Fprintf(w, "\t%s: CPU\t× bare\t× ideal\twall", in.name)
	}
	fmt.Fprintln(w, "\tmemory\tbinary\tzip\t")
	for i, f := range functions {
		binary, err := os.ReadFile(f.binary)
		if err != nil {
			return err
		}
		zipped, err := build.Zip(binary)
		if err != nil {
			return err
		}
		fmt.Fprint(w, f.name)
		for _, in := range all {
			used := medianOf(in.of[i], cpu)
			ratio := func(peer string) float64 {
				return float64(used) / float64(medianOf(in.of[slices.Index(peers, peer)], cpu))
			}
			fmt.Fprintf(w, "\t%.1f\t%.2f\t%.2f\t%.1f",
				milliseconds(used), ratio(peers[0]), ratio(ideal), milliseconds(medianOf(in.of[i], wall)))
		}
		fmt.Fprintf(w, "\t%.1f\t%.1f\t%.1f\t\n", float64(medianOf(all[1].of[i], rss))/1e6, float64(len(binary))/1e6, float64(len(zipped))/1e6)
	}
	return w.Flush()
}

func cpu(s start) time.Duration            { return s.CPU }
func initialization(s start) time.Duration { return s.Init }
func wall(s start) time.Duration           { return s.Wall }
func rss(s start) int64                    { return s.RSS }

// medianOf returns the median of a figure of the starts.
func medianOf[T cmp.Ordered](starts []start, figure func(start) T) T {
	values := make([]T, len(starts))
	for i, s := range starts {
		values[i] = figure(s)
	}
	return median(values)
}

// serveGetItem stands in for DynamoDB. It responds with a constant, so that only the
// client's speed counts.
func serveGetItem(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("X-Amzn-RequestId", "VVFAKJTA8D4TPG4IL1ATNE2NPBVV4KQNSO5AEMVJF66Q9ASUAAJG")
	w.Header().Set("X-Amz-Crc32", checksum)
	io.WriteString(w, account)
}

const account = `{"Item":{"pk":{"S":"account#7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"},"accountId":{"S":"7f0c9c5e-3d0e-4c52-9a55-0d6f6d1f0a01"},"email":{"S":"ada@example.com"},"country":{"S":"CA"},"status":{"S":"active"},"createdAt":{"S":"2026-03-04T19:15:17Z"},"updatedAt":{"S":"2026-03-04T19:15:17Z"},"version":{"N":"1"}}}`

// checksum is the CRC-32 of account, which the SDK verifies.
var checksum = strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(account))), 10)
