package up

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meridian-api/meridian/infra/local"
	"github.com/meridian-api/meridian/infra/local/dynamodb"
	"github.com/meridian-api/meridian/infra/up/running"
)

func TestKeptData(t *testing.T) {
	root := t.TempDir()
	folder := filepath.Join(root, running.Data)
	open := func(settings local.Settings) kept {
		t.Helper()
		k, err := openKept(root, settings)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	if k := open(local.Settings{}); k.earlier || k.folder != folder {
		t.Errorf("new data: %+v", k)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := (kept{folder: folder}).write([]string{"accounts"}); err != nil {
		t.Fatal(err)
	}
	k := open(local.Settings{})
	if seeded, err := k.seeded(); !k.earlier || err != nil || len(seeded) != 1 {
		t.Errorf("data of an earlier run: %+v, %v, %v", k, seeded, err)
	}
	if k := open(local.Settings{DynamoDB: "http://localhost:8000"}); k.folder != "" {
		t.Errorf("DynamoDB Local: %+v", k)
	}
	if k := open(local.Settings{Fresh: true}); k.earlier {
		t.Errorf("FRESH=1: %+v", k)
	}
	if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("FRESH=1 leaves the folder: %v", err)
	}
}

func TestChangedKeysSayHowToStartOver(t *testing.T) {
	k := kept{folder: "x"}
	err := k.explain(fmt.Errorf("table t: %w", dynamodb.ErrOtherKeys))
	for _, want := range []string{"FRESH=1 go tool mage up", "go tool mage local:reset"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
	if err := k.explain(nil); err != nil {
		t.Error(err)
	}
}

// TestResetIsRefusedWhileTheCloudRuns checks that Reset leaves the tables of a cloud that
// runs, and removes them afterwards.
func TestResetIsRefusedWhileTheCloudRuns(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "go.work"), []byte("go 1.26.0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(root, running.Data)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	lock, err := running.NewLock(root)
	if err != nil {
		t.Fatal(err)
	}
	var other *running.OtherError
	if err := Reset(root); !errors.As(err, &other) {
		t.Errorf("error %v, want an OtherError", err)
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); err != nil {
		t.Errorf("the refused Reset removed the tables: %v", err)
	}
	if err := Reset(root); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the tables are still there: %v", err)
	}
}
