// Package objects keeps objects in a folder or in a bucket of Amazon S3: next to
// an environment's Terraform states, wherever those are.
package objects

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"time"
)

// Bucket keeps objects, which are bytes with a key: a folder, or a bucket of
// Amazon S3. Keys have segments with "/" in between. A Bucket is safe for
// concurrent use, by several processes too.
//
// gocloud.dev/blob has the same two, but its module also requires a client of
// DynamoDB that is newer than the one that the Lambdas are held at, and a
// workspace builds every module with the newest version that any of them requires.
type Bucket interface {
	// Read returns an object's content, or ErrNotFound.
	Read(ctx context.Context, key string) ([]byte, error)
	// Write stores an object, in place of an earlier one. With onlyNew it fails
	// with ErrExists if there is one; of several at once, one succeeds.
	Write(ctx context.Context, key string, data []byte, onlyNew bool) error
	// List returns the objects whose keys begin with prefix, in any order.
	List(ctx context.Context, prefix string) ([]Object, error)
	// Remove removes an object; a missing one is not an error.
	Remove(ctx context.Context, key string) error
}

// Object is an entry of a list.
type Object struct {
	Key      string
	Modified time.Time // when it was written last
}

// The errors of a Bucket that a caller may expect.
var (
	ErrNotFound = errors.New("there is no such object")
	ErrExists   = errors.New("the object exists")
)

// Open opens "file:///FOLDER" or "s3://BUCKET/PREFIX?region=REGION".
func Open(ctx context.Context, location string) (Bucket, error) {
	u, err := url.Parse(location)
	if err != nil {
		return nil, err
	}
	switch {
	case u.Scheme == "file" && u.Path != "":
		return folder(filepath.FromSlash(u.Path)), nil
	case u.Scheme == "s3" && u.Host != "":
		return openS3(ctx, u)
	}
	return nil, fmt.Errorf("%q is neither file:///FOLDER nor s3://BUCKET/PREFIX?region=REGION", location)
}
