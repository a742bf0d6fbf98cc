package gateway

import (
	"fmt"
	"net/http"
	"time"

	"golang.org/x/time/rate"
)

// Throttle is the stage's limit for all methods together. API Gateway counts with
// a token bucket, as package rate does. Source: "Throttle requests to your REST
// APIs for better throughput in API Gateway",
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
type Throttle struct {
	// Rate is in requests per second.
	Rate float64
	// Burst is how many requests may come at once.
	Burst int
	// Setting says in the log where the limit is set.
	Setting string
}

// limiter returns the token bucket of a Throttle, full; nil for nil.
func (t *Throttle) limiter() *rate.Limiter {
	if t == nil {
		return nil
	}
	return rate.NewLimiter(rate.Limit(t.Rate), t.Burst)
}

// exceeded returns the error of a request beyond the limit; nil for nil.
func (t *Throttle) exceeded() error {
	if t == nil {
		return nil
	}
	return fmt.Errorf("the stage's limit is %v requests per second in bursts of %d (%s)", t.Rate, t.Burst, t.Setting)
}

// allows reports whether a request may pass at the time. A nil limiter lets all
// requests pass.
func allows(l *rate.Limiter, now time.Time) bool { return l == nil || l.AllowN(now, 1) }

var (
	throttled = builtin{
		kind: "THROTTLED", status: http.StatusTooManyRequests,
		message: "Too Many Requests", errorType: "TooManyRequestsException",
	}
	filtered = builtin{
		kind: "WAF_FILTERED", status: http.StatusForbidden,
		message: "Forbidden", errorType: "ForbiddenException",
	}
)
