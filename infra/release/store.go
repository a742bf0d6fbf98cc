package release

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/meridian-api/meridian/infra/objects"
)

// Store keeps the releases of one environment in a bucket or a folder:
//
//	blobs/HASH         a file of a release, by the SHA-256 of its content
//	releases/ID.json   a release; written last, so that one that is found is complete
//	records/NAME.json  a record, such as what a Region runs
//
// It is safe for concurrent use, by several processes too: blobs and releases
// never change, and a record is replaced as a unit.
type Store struct{ bucket objects.Bucket }

// New returns the store in a bucket.
func New(b objects.Bucket) *Store { return &Store{b} }

// Open opens the store at "file:///FOLDER" or "s3://BUCKET/PREFIX?region=REGION".
// Nothing is read or written yet.
func Open(ctx context.Context, location string) (*Store, error) {
	b, err := objects.Open(ctx, location)
	if err != nil {
		return nil, fmt.Errorf("open the stored releases: %w", err)
	}
	return &Store{b}, nil
}

// Keep stores a release that Describe returned, with all its files, or a release
// that Compose returned, whose files the store has. Files that the store has are
// not sent again.
func (s *Store) Keep(ctx context.Context, r *Release) error {
	stored, err := s.keys(ctx, "blobs/")
	if err != nil {
		return err
	}
	for _, f := range r.Files() {
		if stored[blobName(f.SHA256)] {
			continue
		}
		if err := s.keepFile(ctx, f); err != nil {
			return fmt.Errorf("store %s: %w", f.path, err)
		}
	}
	return ignore(s.bucket.Write(ctx, releaseName(r.ID()), r.JSON(), true), objects.ErrExists)
}

// Put stores content and returns it as a file of a release. It stays until Prune
// finds no release that has it.
func (s *Store) Put(ctx context.Context, data []byte) (File, error) {
	sum := sha256.Sum256(data)
	f := File{SHA256: hex.EncodeToString(sum[:]), Size: int64(len(data))}
	return f, s.bucket.Write(ctx, blobName(f.SHA256), data, false)
}

func (s *Store) keys(ctx context.Context, prefix string) (map[string]bool, error) {
	found, err := s.bucket.List(ctx, prefix)
	keys := map[string]bool{}
	for _, o := range found {
		keys[o.Key] = true
	}
	return keys, err
}

func (s *Store) keepFile(ctx context.Context, f File) error {
	data, err := os.ReadFile(f.path)
	if err != nil {
		return err
	}
	if err := verify(f, data); err != nil {
		return err
	}
	return s.bucket.Write(ctx, blobName(f.SHA256), data, false)
}

// Read returns the content of a file of a release. It fails if the store lacks
// it, or if what is stored has another hash.
func (s *Store) Read(ctx context.Context, f File) ([]byte, error) {
	data, err := s.bucket.Read(ctx, blobName(f.SHA256))
	if err != nil {
		return nil, fmt.Errorf("stored file %s: %w", f.SHA256, err)
	}
	return data, verify(f, data)
}

func verify(f File, data []byte) error {
	sum := sha256.Sum256(data)
	if hash := hex.EncodeToString(sum[:]); hash != f.SHA256 {
		return fmt.Errorf("the content has the hash %s, and its release says %s: build or store it again", hash, f.SHA256)
	}
	return nil
}

// ErrNotKept is the error of Release for an identifier that the store lacks.
var ErrNotKept = errors.New("the release is not stored")

// Release returns the release with an identifier.
func (s *Store) Release(ctx context.Context, id string) (*Release, error) {
	data, err := s.bucket.Read(ctx, releaseName(id))
	if errors.Is(err, objects.ErrNotFound) {
		return nil, fmt.Errorf("%s: %w", id, ErrNotKept)
	}
	if err != nil {
		return nil, err
	}
	return parse(releaseName(id), data)
}

// Stored is a release in a store.
type Stored struct {
	ID   string
	Time time.Time // when it was stored first
}

// List returns the stored releases, the newest first.
func (s *Store) List(ctx context.Context) ([]Stored, error) {
	found, err := s.bucket.List(ctx, "releases/")
	if err != nil {
		return nil, err
	}
	var stored []Stored
	for _, o := range found {
		stored = append(stored, Stored{ID: strings.TrimSuffix(path.Base(o.Key), ".json"), Time: o.Modified})
	}
	slices.SortFunc(stored, func(a, b Stored) int { return b.Time.Compare(a.Time) })
	return stored, nil
}

// Prune removes the releases after the newest keep, except those in use, and
// then the files that no release has any longer. No other process may keep a
// release meanwhile.
func (s *Store) Prune(ctx context.Context, keep int, inUse ...string) error {
	stored, err := s.List(ctx)
	if err != nil {
		return err
	}
	needed := map[string]bool{}
	for i, old := range stored {
		if i >= keep && !slices.Contains(inUse, old.ID) {
			if err := s.bucket.Remove(ctx, releaseName(old.ID)); err != nil {
				return err
			}
			continue
		}
		r, err := s.Release(ctx, old.ID)
		if err != nil {
			return err
		}
		for _, f := range r.Files() {
			needed[blobName(f.SHA256)] = true
		}
	}
	blobs, err := s.keys(ctx, "blobs/")
	if err != nil {
		return err
	}
	for key := range blobs {
		if needed[key] {
			continue
		}
		if err := s.bucket.Remove(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

func ignore(err, expected error) error {
	if errors.Is(err, expected) {
		return nil
	}
	return err
}

func blobName(hash string) string  { return "blobs/" + hash }
func releaseName(id string) string { return "releases/" + id + ".json" }
