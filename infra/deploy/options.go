package deploy

import "os"

// Options are the choices of one roll-out.
type Options struct {
	// Create allows an environment that has no state yet.
	Create bool
	// Drain takes each Region out of DNS while it changes.
	Drain bool
	// AllowDataLoss is the name of the environment whose data may go.
	AllowDataLoss string
	// MoveDomain is the new domain of an environment whose API may be down while it moves
	// there.
	MoveDomain string
	// JSON prints events and messages as lines of JSON.
	JSON bool
}

// OptionsOf returns the options that are set; nil is the default.
func OptionsOf(create, drain, json *bool, allowDataLoss, moveDomain *string) Options {
	return Options{Create: value(create), Drain: value(drain), JSON: value(json), AllowDataLoss: value(allowDataLoss),
		MoveDomain: value(moveDomain)}
}

// ConfirmationOf returns the confirmation by option or, if input is a terminal, by
// typing.
func ConfirmationOf(confirm *string, input *os.File) Confirmation {
	c := Confirmation{Name: value(confirm)}
	if info, err := input.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		c.Ask = input
	}
	return c
}

// value returns what p points to, or the zero value.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
