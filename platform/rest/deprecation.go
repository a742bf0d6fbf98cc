package rest

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Notice is the least time between the deprecation of a part of a contract and the release
// that removes it.
const Notice = 180 * 24 * time.Hour

// Deprecation announces the end of a part of a contract: of an operation, a parameter, a
// header, a property, a value, a struct or a union. It is written "2026-12-01/2027-06-30: use limit".
type Deprecation struct {
	// Since is the day from which clients should stop using the part, Sunset the first day
	// on which a release may remove it. Both are in UTC.
	Since, Sunset time.Time
	// Use says what clients should do instead.
	Use string
}

// ParseDeprecation parses a Deprecation. It fails if Sunset is less than Notice after Since,
// or if nothing is said about a replacement.
func ParseDeprecation(text string) (Deprecation, error) {
	const form = `write it like "2026-12-01/2027-06-30: use limit"`
	dates, use, _ := strings.Cut(text, ": ")
	since, sunset, _ := strings.Cut(dates, "/")
	d := Deprecation{Use: strings.TrimSpace(use)}
	var err error
	if d.Since, err = time.Parse(time.DateOnly, since); err != nil {
		return Deprecation{}, fmt.Errorf("the deprecation %q does not begin with two days: %s", text, form)
	}
	if d.Sunset, err = time.Parse(time.DateOnly, sunset); err != nil {
		return Deprecation{}, fmt.Errorf("the deprecation %q does not begin with two days: %s", text, form)
	}
	if d.Use == "" {
		return Deprecation{}, fmt.Errorf("the deprecation %q does not say what to use instead: %s", text, form)
	}
	if d.Sunset.Sub(d.Since) < Notice {
		return Deprecation{}, fmt.Errorf("the deprecation %q lasts %d days, fewer than %d", text,
			int(d.Sunset.Sub(d.Since).Hours()/24), int(Notice.Hours()/24))
	}
	return d, nil
}

// String returns the text that ParseDeprecation parses.
func (d Deprecation) String() string {
	return d.Since.Format(time.DateOnly) + "/" + d.Sunset.Format(time.DateOnly) + ": " + d.Use
}

// Headers of the responses of a deprecated operation.
const (
	DeprecationHeader = "Deprecation" // RFC 9745
	SunsetHeader      = "Sunset"      // RFC 8594
)

// Headers returns the values of DeprecationHeader and SunsetHeader.
func (d Deprecation) Headers() (deprecation, sunset string) {
	return "@" + strconv.FormatInt(d.Since.Unix(), 10), d.Sunset.Format(http.TimeFormat)
}
