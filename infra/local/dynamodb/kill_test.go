package dynamodb

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/meridian-api/meridian/contract/manifest"
)

// kills is the number of times that TestKill kills the process that writes.
var kills = flag.Int("kills", 6, "how often TestKill kills the process that writes")

// killFolder is the environment variable with which TestKill starts itself as the process
// that writes.
const killFolder = "MERIDIAN_TEST_KILL_FOLDER"

const killItems = 40

var killRegions = []string{"us-east-1", "us-west-2"}

// killConfig returns tables with an index and with strong consistency.
func killConfig(dir string) Config {
	key := manifest.Key{Name: "id", Type: "S"}
	return Config{
		Regions: killRegions, Data: dir, Lag: time.Millisecond, Jitter: 5 * time.Millisecond, Log: quiet(),
		Tables: map[string]manifest.Table{
			"plain": {HashKey: key, Indexes: map[string]manifest.Index{
				"by-third": {HashKey: manifest.Key{Name: "by", Type: "S"}, RangeKey: &key, Projection: "KEYS_ONLY"},
			}},
			"strong": {HashKey: key, Consistency: manifest.Strong},
		},
	}
}

// TestKill kills a process under load at random moments, opens its data, and checks that
// every acknowledged write is there, that each index matches its table, and that the
// Regions have the same items once the writes on their way have arrived.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(1, uint64(*kills)))
	acknowledged := map[string]int{} // the latest number by table, Region and item
	total := 0
	for n := range *kills {
		writes := runAndKill(t, dir, time.Duration(random.IntN(60))*time.Millisecond)
		total += len(writes)
		for _, w := range writes {
			acknowledged[w.item()] = max(acknowledged[w.item()], w.number)
		}
		checkAfterKill(t, dir, acknowledged)
		if t.Failed() {
			t.Fatalf("after kill %d of %d", n+1, *kills)
		}
	}
	if total < *kills {
		t.Errorf("%d writes before %d kills: the processes hardly worked", total, *kills)
	}
	t.Logf("%d kills, %d acknowledged writes", *kills, total)
}

// killWrite is an acknowledged write. Each item is written in one Region only, with
// increasing numbers.
type killWrite struct {
	table, region string
	id, number    int
}

func (w killWrite) item() string { return fmt.Sprintf("%s/%s-%02d", w.table, w.region, w.id) }

// runAndKill runs the process that writes until some time after its first write, and
// returns the writes that it has acknowledged.
func runAndKill(t *testing.T, dir string, life time.Duration) []killWrite {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKillWriter$")
	command.Env = append(os.Environ(), killFolder+"="+dir)
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	var writes []killWrite
	var killed sync.Once
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var w killWrite
		if _, err := fmt.Sscan(lines.Text(), &w.table, &w.region, &w.id, &w.number); err != nil {
			t.Errorf("the process that writes printed %q", lines.Text())
			continue
		}
		writes = append(writes, w)
		killed.Do(func() { time.AfterFunc(life, func() { command.Process.Kill() }) })
	}
	if err := command.Wait(); err == nil {
		t.Fatal("the process that writes ended by itself")
	}
	return writes
}

// TestKillWriter writes until TestKill kills it. It prints each acknowledged write in one
// system call.
func TestKillWriter(t *testing.T) {
	dir := os.Getenv(killFolder)
	if dir == "" {
		return // part of TestKill
	}
	w, err := Open(t.Context(), killConfig(dir))
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now().UnixNano() / 1000 // greater than the numbers of earlier processes
	var running sync.WaitGroup
	for n, region := range append(killRegions, killRegions...) {
		running.Go(func() {
			h, random := w.Handler(region), rand.New(rand.NewPCG(uint64(n), uint64(start)))
			for number := int(start); ; number++ {
				table := []string{"plain", "strong"}[n/2]
				id := random.IntN(killItems)
				body := fmt.Sprintf(`{"TableName":%q,"Item":{"id":{"S":"%s-%02d"},"n":{"N":"%d"},"by":{"S":"%d"}}}`,
					table, region, id, number, number%3)
				if response := send(h, "PutItem", body); response.Code != http.StatusOK {
					panic(response.Body.String())
				}
				fmt.Fprintln(os.Stdout, table, region, id, number)
			}
		})
	}
	running.Wait()
}

// checkAfterKill opens the data after a kill, checks it, and closes it.
func checkAfterKill(t *testing.T, dir string, acknowledged map[string]int) {
	t.Helper()
	w := openTestAt(t, killConfig(dir), defaults())
	check := func(when string) {
		for item, number := range acknowledged {
			table, id, _ := strings.Cut(item, "/")
			for _, region := range killRegions {
				if when == "at once" && !strings.HasPrefix(id, region) {
					continue
				}
				response := send(w.Handler(region), "GetItem", fmt.Sprintf(
					`{"TableName":%q,"Key":{"id":{"S":%q}},"ConsistentRead":true}`, table, id))
				var found struct {
					Item struct{ N struct{ N string } }
				}
				if err := json.Unmarshal(response.Body.Bytes(), &found); err != nil {
					t.Fatal(err)
				}
				// An unacknowledged write can have been stored.
				if n, _ := strconv.Atoi(found.Item.N.N); n < number {
					t.Errorf("%s: %s in %s has number %d, acknowledged was %d", when, item, region, n, number)
				}
			}
		}
	}
	check("at once")
	w.settle()
	check("after replication")
	w.wantIndexesMatch()
	for _, table := range []string{"plain", "strong"} {
		first, second := w.scanTable(killRegions[0], table, ""), w.scanTable(killRegions[1], table, "")
		if first != second {
			t.Errorf("%s differs:\n%s\n%s", table, first, second)
		}
	}
	for _, server := range w.servers {
		server.Close()
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

// wantIndexesMatch checks that the index has each item of its table once.
func (w *cluster) wantIndexesMatch() {
	w.t.Helper()
	for _, region := range killRegions {
		keys := func(index string) map[string]bool {
			var page struct {
				Items []struct{ ID, By struct{ S string } }
			}
			if err := json.Unmarshal([]byte(w.scanTable(region, "plain", index)), &page); err != nil {
				w.t.Fatal(err)
			}
			found := map[string]bool{}
			for _, item := range page.Items {
				found[item.ID.S+" "+item.By.S] = true
			}
			if len(found) != len(page.Items) {
				w.t.Errorf("%s: %d entries of %d items", region, len(page.Items), len(found))
			}
			return found
		}
		table, index := keys(""), keys("by-third")
		for key := range table {
			if !index[key] {
				w.t.Errorf("%s: the index lacks %s", region, key)
			}
		}
		if len(table) != len(index) {
			w.t.Errorf("%s: %d items and %d entries of the index", region, len(table), len(index))
		}
	}
}

// scanTable returns the response to a Scan of a table, or of an index.
func (w *cluster) scanTable(region, table, index string) string {
	w.t.Helper()
	body := fmt.Sprintf(`{"TableName":%q}`, table)
	if index != "" {
		body = fmt.Sprintf(`{"TableName":%q,"IndexName":%q}`, table, index)
	}
	response := send(w.Handler(region), "Scan", body)
	if response.Code != http.StatusOK {
		w.t.Fatalf("%s: %s", region, response.Body)
	}
	data, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(data)
}
