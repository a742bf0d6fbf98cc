package up

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/meridian-api/meridian/contract/workspace"
	"github.com/meridian-api/meridian/infra/local"
	"github.com/meridian-api/meridian/infra/local/dynamodb"
	"github.com/meridian-api/meridian/infra/up/running"
)

// kept is the data that outlives the cloud of a clone.
type kept struct {
	folder  string // of the embedded engine; empty with a DynamoDB Local
	remote  string // the URL of the DynamoDB Local; empty with the embedded engine
	earlier bool   // an earlier cloud has left data
}

// seededFile lists the contexts whose demo data has been written. Until a context is in it,
// its demo data is written again: the cloud could have ended in between.
const seededFile = "seeded.json"

// openKept returns where the tables are, after removing what earlier runs have left if the
// settings say so. The caller has locked the clone.
func openKept(root string, settings local.Settings) (kept, error) {
	if settings.DynamoDB != "" {
		return kept{remote: settings.DynamoDB}, nil
	}
	k := kept{folder: filepath.Join(root, running.Data)}
	if settings.Fresh {
		if err := os.RemoveAll(k.folder); err != nil {
			return k, err
		}
	}
	seeded, err := k.seeded()
	k.earlier = len(seeded) > 0
	return k, err
}

// String describes how long the data lasts.
func (k kept) String() string {
	if k.remote != "" {
		return fmt.Sprintf("in the DynamoDB Local at %s, which keeps it when this process ends", k.remote)
	}
	text := fmt.Sprintf("in %s, kept when this process ends", running.Data)
	if k.earlier {
		text += "; from an earlier run (FRESH=1 starts over)"
	}
	return text
}

// explain adds to an error of the start what a user can do about it.
func (k kept) explain(err error) error {
	if err != nil && k.folder != "" && errors.Is(err, dynamodb.ErrOtherKeys) {
		return fmt.Errorf("%w; to start with empty tables, run 'FRESH=1 go tool mage up' or 'go tool mage local:reset'", err)
	}
	return err
}

// seed writes the demo data of the contexts that do not have it yet. It returns a
// description.
func (k kept) seed(ctx context.Context, ws workspace.Workspace, cloud *local.Cloud) (string, error) {
	contexts, err := ws.Contexts()
	if err != nil {
		return "", err
	}
	seeded, err := k.seeded()
	if err != nil {
		return "", err
	}
	requests, err := Seed(ctx, contexts, cloud, seeded)
	if err != nil {
		return "", err
	}
	if requests == 0 && k.earlier {
		return "kept the data of an earlier run", nil
	}
	names := make([]string, 0, len(contexts))
	for _, c := range contexts {
		names = append(names, c.Name)
	}
	return fmt.Sprintf("%d requests through the edge", requests), k.write(names)
}

func (k kept) seeded() (contexts []string, err error) {
	if k.folder == "" {
		return nil, nil
	}
	name := filepath.Join(k.folder, seededFile)
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &contexts)
	}
	if err != nil {
		return nil, fmt.Errorf("read which contexts have demo data: %w: remove %s to write it again", err, name)
	}
	return contexts, nil
}

func (k kept) write(contexts []string) error {
	if k.folder == "" {
		return nil
	}
	data, err := json.Marshal(contexts)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(k.folder, seededFile), append(data, '\n'), 0o600)
}

// Reset removes the tables that the cloud of the monorepo at dir keeps. If the cloud runs,
// the error is a *running.OtherError.
func Reset(dir string) error {
	ws, err := workspace.Find(dir)
	if err != nil {
		return err
	}
	lock, err := running.NewLock(ws.Root)
	if err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(filepath.Join(ws.Root, running.Data)), lock.Unlock())
}
