package release

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"time"
)

// bucket is where a Store keeps objects: a folder, or a bucket of Amazon S3.
// gocloud.dev/blob has the same two, but its module also requires a client of
// DynamoDB that is newer than the one that the Lambdas are held at, and in a
// workspace the newest version that any module requires is everybody's.
type bucket interface {
	// read returns an object's content, or errNotFound.
	read(ctx context.Context, key string) ([]byte, error)
	// write stores an object, in place of an earlier one. With onlyNew it fails
	// with errExists if there is one; of several at once, one succeeds.
	write(ctx context.Context, key string, data []byte, onlyNew bool) error
	// list returns the objects whose keys begin with prefix, in any order.
	list(ctx context.Context, prefix string) ([]object, error)
	// remove removes an object; a missing one is not an error.
	remove(ctx context.Context, key string) error
}

type object struct {
	key      string
	modified time.Time
}

var (
	errNotFound = errors.New("not found")
	errExists   = errors.New("exists")
)

// openBucket opens "file:///FOLDER" or "s3://BUCKET/PREFIX?region=REGION".
func openBucket(ctx context.Context, location string) (bucket, error) {
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
