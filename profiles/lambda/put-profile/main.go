// Command put-profile serves putProfile.
package main

import (
	"context"
	"os"
	"time"

	"github.com/meridian-api/meridian/platform/adapter"
	"github.com/meridian-api/meridian/platform/lambdaenv"
	"github.com/meridian-api/meridian/platform/precondition"
	"github.com/meridian-api/meridian/platform/problem"
	"github.com/meridian-api/meridian/profiles"
	"github.com/meridian-api/meridian/profiles/api"
	"github.com/meridian-api/meridian/profiles/store"
	"github.com/meridian-api/meridian/profiles/timezone"
)

func main() {
	h := handler{store.Open(lambdaenv.Must(os.Getenv))}
	adapter.Start(api.Put, h.put)
}

type handler struct{ profiles *store.Store }

func (h handler) put(ctx context.Context, in api.PutInput) (api.PutOutput, error) {
	if err := in.Caller.OwnerOr(api.Admin, in.AccountID); err != nil {
		return api.PutOutput{}, err
	}
	if !timezone.Known(in.Body.TimeZone) {
		return api.PutOutput{}, invalid("body", "/timeZone", "must be the name of a time zone, such as America/Toronto")
	}
	p, err := h.write(ctx, in)
	if err != nil {
		return api.PutOutput{}, err
	}
	return api.PutOutput{ETag: precondition.ETag(p.Version), Body: api.FromDomain(p)}, nil
}

// write creates the profile if the request has If-None-Match, and replaces it
// otherwise.
func (h handler) write(ctx context.Context, in api.PutInput) (profiles.Profile, error) {
	mustNotExist, err := precondition.ParseIfNoneMatch(in.IfNoneMatch)
	if err != nil {
		return profiles.Profile{}, err
	}
	if mustNotExist {
		if in.IfMatch != "" {
			return profiles.Profile{}, invalid("header", "If-Match", "contradicts If-None-Match")
		}
		return h.profiles.Create(ctx, in.AccountID, in.Body.Domain(), time.Now())
	}
	match, err := precondition.ParseIfMatch(in.IfMatch)
	if err != nil { // If-Match is missing, and so is the alternative that a PUT has
		return profiles.Profile{}, errUnconditional
	}
	return h.profiles.Replace(ctx, in.AccountID, match, in.Body.Domain(), time.Now())
}

var errUnconditional = problem.New(problem.PreconditionRequired,
	"Send If-None-Match: * to create a profile, or If-Match with the ETag of the version that you replace.")

func invalid(in, name, message string) error {
	p := problem.New(problem.Invalid, "The profile cannot be written.")
	p.Fields = []problem.Field{{In: in, Name: name, Message: message}}
	return p
}
