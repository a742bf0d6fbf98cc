package history

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/meridian-api/meridian/contract/command"
	"github.com/meridian-api/meridian/contract/workspace"
)

// plant is a fault that is planted into the product for a test of the checker: a change of
// its sources that breaks a promise.
type plant struct {
	name  string
	edits []edit
	// promise begins the name of the promise that the checker must find broken.
	promise string
}

// edit replaces text in a file below the monorepo's root. The text occurs once.
type edit struct{ file, from, to string }

// plants are the faults of Plant.
var plants = []plant{
	{
		name: "claims-overwrite-each-other", promise: "owner of address",
		edits: []edit{{
			"accounts/store/claim.go", `If("attribute_not_exists(pk) OR 'owner' = ? OR ('owner' = ? AND 'token' = ?)",
		c.Owner, replaced.Owner, replaced.Token).`, "",
		}},
	},
	{
		// Claims without a life are taken over while their writers are at work, and these are
		// late. The fence makes both harmless.
		name: "no-fence-stops-a-late-writer", promise: "owner of address",
		edits: []edit{
			{"accounts/store/claim.go", "const claimLife = 10 * time.Second", "const claimLife = 0 * time.Second"},
			{"accounts/store/claim.go", "\treturn c.Token, err\n", "\ttime.Sleep(time.Duration(c.Token&0x1ff) * time.Millisecond)\n\treturn c.Token, err\n"},
			{"accounts/store/claim.go", "\terr = s.table.Update(hashKey, owner.Key).Add", "\tif owner.Fence == 0 {\n\t\treturn nil\n\t}\n\terr = s.table.Update(hashKey, owner.Key).Add"},
		},
	},
	{
		name: "updates-ignore-the-version", promise: "account of user",
		edits: []edit{{"accounts/store/change.go", `If("version = ?", before.Version)`, `If("attribute_exists(pk)")`}},
	},
	{
		name: "accounts-forget-the-request-that-opened-them", promise: "account of user",
		edits: []edit{{"accounts/store/create.go", "i.Claim, i.Fence, i.Opening = token, found.Fence, newOpening(a, r)", "i.Claim, i.Fence = token, found.Fence"}},
	},
	{
		name: "profiles-ignore-the-version", promise: "profile of user",
		edits: []edit{{"profiles/store/write.go", `return s.table.Put(i).If("version = ?", read.Version)`, "return s.table.Put(i)"}},
	},
	{
		name: "consent-wins-over-a-withdrawal", promise: "profile of user",
		edits: []edit{
			{"profiles/store/item.go", "		if at == 0 {\n			return time.Time{}\n		}", "		if at == 0 {\n			continue\n		}"},
			{"profiles/store/state.go", "if s.holds(at, func(c item) bool { _, ok := c.Consents[at]; return ok }) {", "if at != \"\" {"},
		},
	},
	{
		name: "a-deletion-does-not-stay", promise: "profile of user",
		edits: []edit{{"profiles/store/state.go", "case l.number <= s.deleted[l.region]:", "case l.number < s.deleted[l.region]:"}},
	},
	{
		name: "a-copy-replaces-what-it-has-not-seen", promise: "profile of user 4",
		edits: []edit{{
			"profiles/store/item.go", "	i.Seen[at.region()] = at\n",
			"	i.Seen[at.region()] = at\n	for region := range i.Seen {\n		i.Seen[region] = newStamp(at.number(), region)\n	}\n",
		}},
	},
	{
		name: "an-etag-names-the-latest-copy", promise: "an ETag names one content",
		edits: []edit{{"profiles/store/state.go", "m.Version ^= c.Version", "m.Version = max(m.Version, c.Version)"}},
	},
	{
		name: "an-older-write-wins", promise: "the Regions agree",
		edits: []edit{{"infra/local/dynamodb/region.go", "if incoming.version.after(known) {", "if known == known {"}},
	},
	{
		name: "replication-drops-writes", promise: "the Regions agree",
		edits: []edit{{
			"infra/local/dynamodb/link.go", "	for _, r := range records {\n		r.due",
			"	for _, r := range records {\n		if l.random.IntN(20) == 0 {\n			continue\n		}\n		r.due",
		}},
	},
	{
		name: "a-write-is-acknowledged-and-dropped", promise: "account of user",
		edits: []edit{{
			"infra/local/dynamodb/strong.go", "	response := e.call(ctx, operation, body)\n	if response.Status != http.StatusOK {",
			"	if e.clock.next()%10 == 0 {\n		return protocol.Response{Status: http.StatusOK, Body: []byte(\"{}\")}\n	}\n" +
				"	response := e.call(ctx, operation, body)\n	if response.Status != http.StatusOK {",
		}},
	},
}

// sources returns the changed files by path.
func (p plant) sources(root string) (map[string][]byte, error) {
	sources := map[string][]byte{}
	for _, e := range p.edits {
		path := filepath.Join(root, filepath.FromSlash(e.file))
		source, ok := sources[path]
		if !ok {
			var err error
			if source, err = os.ReadFile(path); err != nil {
				return nil, err
			}
		}
		if n := bytes.Count(source, []byte(e.from)); n != 1 {
			return nil, fmt.Errorf("history: plant %s: %s has the text %q %d times: change the edit with the source", p.name, e.file, e.from, n)
		}
		sources[path] = bytes.Replace(source, []byte(e.from), []byte(e.to), 1)
	}
	return sources, nil
}

// dir returns the folder of what is built and drawn for the fault, below the monorepo's root.
// The product without a fault has one, too.
func (p plant) dir() string {
	return filepath.Join(workspace.Dist, "history", cmp.Or(p.name, "product"))
}

// breaks reports whether the fault breaks a promise.
func (p plant) breaks(promise string) bool {
	return p.promise != "" && strings.HasPrefix(promise, p.promise)
}

// maxSeeds is within how many seeds the checker must find a planted fault: as many as CI runs.
// Updates that ignore the version took 15 on a busy machine, the others at most 6.
const maxSeeds = defaultSeeds

// Plant plants each fault, or only the named one, and runs seeds until the checker finds
// it. It returns an error for each fault that it does not find.
func Plant(ctx context.Context, dir string, only *string, out io.Writer) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	list := plants
	if only != nil {
		p, err := plantOf(*only)
		if err != nil {
			return err
		}
		list = []plant{p}
	}
	var errs []error
	for _, p := range list {
		found, err := p.find(ctx, ws)
		switch {
		case err != nil:
			return err
		case found == "":
			errs = append(errs, fmt.Errorf("history: %d seeds did not find the planted fault %s", maxSeeds, p.name))
		default:
			fmt.Fprintf(out, "%s: %s\n", p.name, found)
		}
	}
	return errors.Join(errs...)
}

// plantOf returns the fault with a name.
func plantOf(name string) (plant, error) {
	for _, p := range plants {
		if p.name == name {
			return p, nil
		}
	}
	return plant{}, fmt.Errorf("history: no planted fault is called %q: see infra/history/plant.go", name)
}

// find runs seeds until a promise is broken that the fault breaks, and returns the finding,
// or "". It runs a program of its own, because a fault can be in the embedded cloud.
func (p plant) find(ctx context.Context, ws workspace.Workspace) (string, error) {
	sources, err := p.sources(ws.Root)
	if err != nil {
		return "", err
	}
	overlay, err := writeOverlay(filepath.Join(ws.Root, p.dir(), "program"), sources)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	c := command.Go(filepath.Join(ws.Root, "infra"), "run", "-overlay", overlay, "./cmd/history", p.name)
	c.Stdout, c.Stderr = &out, &out
	err = c.Run(ctx)
	for line := range strings.Lines(out.String()) {
		if _, promise, ok := strings.Cut(line, ": "); ok && strings.HasPrefix(line, "seed ") && p.breaks(promise) {
			return strings.TrimSpace(line), nil
		}
	}
	if ctx.Err() != nil || err != nil && !strings.Contains(out.String(), "broken promises") {
		return "", fmt.Errorf("history: plant %s: %w\n%s", p.name, err, out.String())
	}
	return "", nil
}

// CheckPlanted checks functions that have the named fault, like Check.
func CheckPlanted(ctx context.Context, dir, name string, out io.Writer) error {
	p, err := plantOf(name)
	if err != nil {
		return err
	}
	return Check(ctx, dir, Options{First: 1, Seeds: maxSeeds, Ops: defaultOps, plant: p}, out)
}
