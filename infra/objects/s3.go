package objects

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

// s3Bucket is a bucket of Amazon S3, under a prefix.
type s3Bucket struct {
	client         *s3.Client
	bucket, prefix string
}

func openS3(ctx context.Context, u *url.URL) (Bucket, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(u.Query().Get("region")))
	if err != nil {
		return nil, err
	}
	prefix := strings.Trim(u.Path, "/")
	if prefix != "" {
		prefix += "/"
	}
	return s3Bucket{s3.NewFromConfig(cfg), u.Host, prefix}, nil
}

func (b s3Bucket) Read(ctx context.Context, key string) ([]byte, error) {
	out, err := b.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.bucket, Key: aws.String(b.prefix + key)})
	var missing *types.NoSuchKey
	if errors.As(err, &missing) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	defer out.Body.Close()
	return io.ReadAll(out.Body)
}

func (b s3Bucket) Write(ctx context.Context, key string, data []byte, onlyNew bool) error {
	in := &s3.PutObjectInput{Bucket: &b.bucket, Key: aws.String(b.prefix + key), Body: bytes.NewReader(data)}
	if onlyNew {
		in.IfNoneMatch = aws.String("*") // conditional writes, Amazon S3 user guide
	}
	_, err := b.client.PutObject(ctx, in)
	var refused smithy.APIError
	if errors.As(err, &refused) && (refused.ErrorCode() == "PreconditionFailed" || refused.ErrorCode() == "ConditionalRequestConflict") {
		return ErrExists
	}
	return err
}

func (b s3Bucket) List(ctx context.Context, prefix string) ([]Object, error) {
	var found []Object
	pages := s3.NewListObjectsV2Paginator(b.client, &s3.ListObjectsV2Input{Bucket: &b.bucket, Prefix: aws.String(b.prefix + prefix)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, o := range page.Contents {
			found = append(found, Object{strings.TrimPrefix(aws.ToString(o.Key), b.prefix), aws.ToTime(o.LastModified)})
		}
	}
	return found, nil
}

func (b s3Bucket) Remove(ctx context.Context, key string) error {
	_, err := b.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.bucket, Key: aws.String(b.prefix + key)})
	return err
}
