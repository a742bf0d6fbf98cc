package problem

// The kinds. A contract lists those that an operation can return; the adapter
// adds the ones that every operation of the same shape can return. The first
// sentence of a Doc says what happened, the rest what the client should do.
var (
	Invalid = Kind{"invalid", 400, "Invalid request",
		"The request does not match the contract. `errors` lists each invalid part. All text must be UTF-8 without U+0000, " +
			"times have no leap second, numbers fit into their format, and whole numbers outside the body have digits only. " +
			"In a body, names of properties have the case of the schema, no object repeats one, and the depth is at most 64. Correct the request before you send it again."}
	Unauthenticated = Kind{"unauthenticated", 401, "Unauthenticated",
		"The token is missing, expired, of the wrong kind, or lacks the operation's scopes. Sign in again."}
	Forbidden = Kind{"forbidden", 403, "Forbidden",
		"The caller is authenticated but not allowed to do this."}
	NotFound = Kind{"not-found", 404, "Not found",
		"The resource does not exist, or the caller is not allowed to see it."}
	Conflict = Kind{"conflict", 409, "Conflict",
		"The request conflicts with the current state of the resource. Read the resource again before you decide what to do."}
	PreconditionFailed = Kind{"precondition-failed", 412, "Precondition failed",
		"The resource has changed since the ETag in `If-Match` was read, or exists already and the request has `If-None-Match: *`. " +
			"Read the resource again and repeat the change."}
	UnsupportedMediaType = Kind{"unsupported-media-type", 415, "Unsupported media type",
		"The operation does not accept the Content-Type of the body. Every body is JSON in UTF-8: the parameter charset is absent or utf-8."}
	Unprocessable = Kind{"unprocessable", 422, "Unprocessable",
		"The request is valid but cannot be carried out."}
	PreconditionRequired = Kind{"precondition-required", 428, "Precondition required",
		"The operation changes a resource and requires `If-Match` with the resource's ETag. Read the resource to get its ETag. " +
			"An operation that can also create the resource takes `If-None-Match: *` instead."}
	TooManyRequests = Kind{"too-many-requests", 429, "Too many requests",
		"The caller sends requests too fast. Retry after the number of seconds in `Retry-After`."}
	Internal = Kind{"internal", 500, "Internal error",
		"The service failed. Include `requestId` when you report the failure."}
	BadGateway = Kind{"bad-gateway", 502, "Bad gateway",
		"The service crashed or returned an invalid response. Retry only an idempotent request."}
	Unavailable = Kind{"unavailable", 503, "Unavailable",
		"A dependency is slow or down. Retry after the number of seconds in `Retry-After`."}
	Timeout = Kind{"timeout", 504, "Timeout",
		"The service did not respond in time. Retry only an idempotent request."}
)

// Kinds returns every kind, ordered by status.
func Kinds() []Kind {
	return []Kind{Invalid, Unauthenticated, Forbidden, NotFound, Conflict, PreconditionFailed,
		UnsupportedMediaType, Unprocessable, PreconditionRequired, TooManyRequests, Internal, BadGateway,
		Unavailable, Timeout}
}
