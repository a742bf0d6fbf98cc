package objects

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestBucket runs one conformance suite on both kinds of bucket.
func TestBucket(t *testing.T) {
	kinds := map[string]func(*testing.T) string{
		"folder": func(t *testing.T) string { return "file://" + t.TempDir() + "/new/prod" },
		"S3":     func(t *testing.T) string { return fakeS3(t) + "/prod/releases" },
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

// fakeS3 serves what the S3 bucket needs of the REST API and returns its
// location; the client finds it by the variables that the AWS SDKs read.
func fakeS3(t *testing.T) string {
	t.Helper()
	fake := &s3Server{objects: map[string][]byte{}}
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL_S3", server.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	t.Setenv("AWS_REGION", "us-east-1")
	t.Setenv("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required") // the fake sends none
	return "s3://127-0-0-1"
}

type s3Server struct {
	sync.Mutex
	objects map[string][]byte
}

// ServeHTTP serves GetObject, PutObject with If-None-Match, ListObjectsV2 and
// DeleteObject, for virtual hosts and for paths.
func (s *s3Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.Lock()
	defer s.Unlock()
	key := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/127-0-0-1"), "/")
	switch {
	case r.Method == http.MethodPut:
		if _, taken := s.objects[key]; taken && r.Header.Get("If-None-Match") == "*" {
			s.fail(w, http.StatusPreconditionFailed, "PreconditionFailed")
			return
		}
		s.objects[key], _ = io.ReadAll(r.Body)
	case r.Method == http.MethodDelete:
		delete(s.objects, key)
		w.WriteHeader(http.StatusNoContent)
	case r.URL.Query().Has("list-type"):
		s.list(w, r.URL.Query())
	default:
		data, ok := s.objects[key]
		if !ok {
			s.fail(w, http.StatusNotFound, "NoSuchKey")
			return
		}
		w.Write(data)
	}
}

func (s *s3Server) fail(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	io.WriteString(w, "<Error><Code>"+code+"</Code><Message>test</Message></Error>")
}

func (s *s3Server) list(w http.ResponseWriter, q url.Values) {
	type content struct {
		Key          string
		LastModified string
	}
	page := struct {
		XMLName  xml.Name `xml:"ListBucketResult"`
		Contents []content
	}{}
	for key := range s.objects {
		if strings.HasPrefix(key, q.Get("prefix")) {
			page.Contents = append(page.Contents, content{key, "2026-11-27T12:00:00.000Z"})
		}
	}
	xml.NewEncoder(w).Encode(page)
}
