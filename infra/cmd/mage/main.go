// Command mage is github.com/magefile/mage, and shows what it compiles in a new clone:
// mage compiles a magefile without output, which takes a minute from empty caches.
package main

import (
	"os"

	"github.com/magefile/mage/mage"
)

func main() {
	if isNewClone(".") {
		stderr, err := os.Stderr.Stat()
		compile(".", progress{out: os.Stderr, terminal: err == nil && stderr.Mode()&os.ModeCharDevice != 0})
	}
	os.Exit(mage.Main())
}
