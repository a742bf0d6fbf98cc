package problem

// The kinds. A contract lists the ones that an operation can answer; the
// adapter adds those that every operation of its shape has.
var (
	Invalid = Kind{"invalid", 400, "Invalid request",
		"The request does not match the contract. `errors` names each wrong part. Mend the request; do not retry it unchanged."}
	Unauthenticated = Kind{"unauthenticated", 401, "Unauthenticated",
		"The token is missing, expired, of the wrong kind, or lacks the operation's scopes. Sign in again."}
	Forbidden = Kind{"forbidden", 403, "Forbidden",
		"The caller is known but may not do this."}
	NotFound = Kind{"not-found", 404, "Not found",
		"There is no such resource, or it is not the caller's to see."}
	Conflict = Kind{"conflict", 409, "Conflict",
		"The request clashes with the resource's present state. Read it again, then decide."}
	PreconditionFailed = Kind{"precondition-failed", 412, "Precondition failed",
		"The resource has changed since the ETag in If-Match was read. Read it again and repeat the change."}
	UnsupportedMediaType = Kind{"unsupported-media-type", 415, "Unsupported media type",
		"The body's Content-Type is not one that the operation takes."}
	Unprocessable = Kind{"unprocessable", 422, "Unprocessable",
		"The request is well formed, yet cannot be carried out as it stands."}
	PreconditionRequired = Kind{"precondition-required", 428, "Precondition required",
		"The operation changes a resource and needs If-Match with the ETag that was read."}
	TooManyRequests = Kind{"too-many-requests", 429, "Too many requests",
		"The caller sends faster than it may. Wait, then retry."}
	Internal = Kind{"internal", 500, "Internal error",
		"The service failed. Quote `requestId` when you report it."}
	BadGateway = Kind{"bad-gateway", 502, "Bad gateway",
		"The service crashed or answered what it may not. Retry an idempotent request."}
	Unavailable = Kind{"unavailable", 503, "Unavailable",
		"A dependency is slow or down. Retry after the seconds in Retry-After."}
	Timeout = Kind{"timeout", 504, "Timeout",
		"The service did not answer in time. Retry an idempotent request."}
)

// Kinds are all of them, by status.
func Kinds() []Kind {
	return []Kind{Invalid, Unauthenticated, Forbidden, NotFound, Conflict, PreconditionFailed,
		UnsupportedMediaType, Unprocessable, PreconditionRequired, TooManyRequests, Internal, BadGateway,
		Unavailable, Timeout}
}
