package cursor

import (
	"context"
	"os"

	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/logs"
	"github.com/meridian-api/meridian/platform/resource"
	"github.com/meridian-api/meridian/platform/secrets"
)

// Load returns the signer of a Lambda whose key is the value of the secret in
// the Lambda's environment. It does not read the secret yet.
func Load(env lambdaenv.Env, key resource.Secret) *Signer {
	return NewSigner(secrets.Open(env), key.PhysicalName(env.Environment), secrets.Options{Log: logs.New(os.Stdout)})
}

// ReadPage reads one page of a list. It opens the request's cursor, calls read
// with the position in it, and returns the cursor for the position of the next
// page that read returns. The position is "" for the first page, where cursor is
// nil, and after the last page, where the returned cursor is "" too.
//
// list identifies the list, with its filters and its owner, as for Sign.
func (s *Signer) ReadPage(
	ctx context.Context, list string, cursor *string, read func(after string) (next string, err error),
) (nextCursor string, err error) {
	after := ""
	if cursor != nil {
		position, err := s.Open(ctx, list, *cursor)
		if err != nil {
			return "", err
		}
		after = string(position)
	}
	next, err := read(after)
	if err != nil || next == "" {
		return "", err
	}
	return s.Sign(ctx, list, []byte(next))
}
