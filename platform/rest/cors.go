package rest

// Headers that every response has, so that a script in a browser can call the API and read
// them. The adapter adds the output's headers to the second. The wildcard is safe because
// tokens travel in the Authorization header and never in cookies.
const (
	AllowOrigin   = "*"
	ExposeHeaders = "Deprecation, ETag, Location, Retry-After, Sunset, X-Region, x-amzn-RequestId"
)
