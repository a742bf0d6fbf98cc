package objects

import (
	"context"
	"strings"
)

// Under returns the part of a bucket whose keys begin with prefix, with keys that
// lack it.
func Under(b Bucket, prefix string) Bucket { return under{b, prefix} }

type under struct {
	bucket Bucket
	prefix string
}

func (u under) Read(ctx context.Context, key string) ([]byte, error) {
	return u.bucket.Read(ctx, u.prefix+key)
}

func (u under) Write(ctx context.Context, key string, data []byte, onlyNew bool) error {
	return u.bucket.Write(ctx, u.prefix+key, data, onlyNew)
}

func (u under) List(ctx context.Context, prefix string) ([]Object, error) {
	found, err := u.bucket.List(ctx, u.prefix+prefix)
	for i := range found {
		found[i].Key = strings.TrimPrefix(found[i].Key, u.prefix)
	}
	return found, err
}

func (u under) Remove(ctx context.Context, key string) error {
	return u.bucket.Remove(ctx, u.prefix+key)
}
