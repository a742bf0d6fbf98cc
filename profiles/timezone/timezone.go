// Package timezone checks names of the IANA time zone database. It is a package
// of its own because it links the database, which only one function needs.
package timezone

import (
	"time"
	_ "time/tzdata" // provided.al2023 does not promise a database
)

// Known reports whether name is the name of a time zone. Names are checked when
// they are written, because every reader would fail on an unknown name.
func Known(name string) bool {
	if name == "" || name == "Local" { // LoadLocation accepts these, with a meaning of its own
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}
