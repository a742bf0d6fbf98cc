// Package twin has types with the names of others.
package twin

// Order is another's.
type Order struct {
	// Whatever.
	OK bool `json:"ok"`
}
