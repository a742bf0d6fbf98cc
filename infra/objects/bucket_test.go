package objects

import (
	"errors"
	"slices"
	"testing"
)

// TestBucket runs one conformance suite on both kinds of bucket.
func TestBucket(t *testing.T) {
	kinds := map[string]func(*testing.T) string{
		"folder": func(t *testing.T) string { return "file://" + t.TempDir() + "/new/prod" },
		"S3":     func(t *testing.T) string { return openS3Server(t) + "/prod/releases" },
	}
	for kind, location := range kinds {
		t.Run(kind, func(t *testing.T) {
			b, err := Open(t.Context(), location(t))
			if err != nil {
				t.Fatal(err)
			}
			testBucket(t, b)
			testBucket(t, Under(b, "part/"))
		})
	}
}

func testBucket(t *testing.T, b Bucket) {
	ctx := t.Context()
	if _, err := b.Read(ctx, "blobs/a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("read of a missing object: %v", err)
	}
	if found, err := b.List(ctx, "blobs/"); err != nil || len(found) != 0 {
		t.Errorf("list of an empty bucket: %v, %v", found, err)
	}
	for _, key := range []string{"blobs/a", "blobs/b", "records/c.json"} {
		if err := b.Write(ctx, key, []byte("first "+key), false); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Write(ctx, "blobs/a", []byte("second"), false); err != nil {
		t.Fatal(err)
	}
	if err := b.Write(ctx, "blobs/b", []byte("second"), true); !errors.Is(err, ErrExists) {
		t.Errorf("write of only a new object where there is one: %v", err)
	}
	for key, want := range map[string]string{"blobs/a": "second", "blobs/b": "first blobs/b"} {
		if got, err := b.Read(ctx, key); err != nil || string(got) != want {
			t.Errorf("%s contains %q, %v; want %q", key, got, err, want)
		}
	}
	checkKeys(t, b, "blobs/", "blobs/a", "blobs/b")
	for range 2 {
		if err := b.Remove(ctx, "blobs/a"); err != nil {
			t.Errorf("remove: %v", err)
		}
	}
	checkKeys(t, b, "blobs/", "blobs/b")
	checkOneCreates(t, b)
}

func checkKeys(t *testing.T, b Bucket, prefix string, want ...string) {
	t.Helper()
	found, err := b.List(t.Context(), prefix)
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, o := range found {
		keys = append(keys, o.Key)
		if o.Modified.IsZero() {
			t.Errorf("%s has no time", o.Key)
		}
	}
	slices.Sort(keys)
	if !slices.Equal(keys, want) {
		t.Errorf("keys %q, want %q", keys, want)
	}
}

func checkOneCreates(t *testing.T, b Bucket) {
	t.Helper()
	results := make(chan error, 8)
	for range cap(results) {
		go func() { results <- b.Write(t.Context(), "records/lock.json", []byte("mine"), true) }()
	}
	created := 0
	for range cap(results) {
		switch err := <-results; {
		case err == nil:
			created++
		case !errors.Is(err, ErrExists):
			t.Errorf("create: %v", err)
		}
	}
	if created != 1 {
		t.Errorf("%d of 8 writers created the object, want 1", created)
	}
}

func TestOpenRefusesOtherLocations(t *testing.T) {
	for _, location := range []string{"", "gs://bucket", "/folder", "s3:%", "s3:///prefix", "file:"} {
		if _, err := Open(t.Context(), location); err == nil {
			t.Errorf("%q was opened", location)
		}
	}
}
