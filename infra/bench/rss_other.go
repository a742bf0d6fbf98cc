//go:build !linux

package bench

// maxRSS is measured on Linux alone.
func maxRSS(int) int64 { return 0 }
