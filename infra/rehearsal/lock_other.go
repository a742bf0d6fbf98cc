//go:build !unix

package rehearsal

// lock does nothing. Of two processes that install the same build at once, the
// second fails to rename its folder and succeeds when it is run again.
func lock(string) (unlock func(), err error) { return func() {}, nil }
