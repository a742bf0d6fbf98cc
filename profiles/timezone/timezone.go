// Package timezone knows the names of the IANA time zone database. It is apart
// because it carries the database: only the function that takes names links it.
package timezone

import (
	"time"
	_ "time/tzdata" // provided.al2023 promises no database of its own
)

// Known reports whether name is a time zone's. It is asked once, when a name is
// written: a name that no library knows would fail every reader later.
func Known(name string) bool {
	if name == "" || name == "Local" { // package time has a meaning of its own for these
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}
