package geo

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// RegionsVariable is the environment variable with the Regions to run in or to estimate,
// separated by commas.
const RegionsVariable = "REGIONS"

// DefaultRegions is the value of RegionsVariable when it is not set.
const DefaultRegions = "us-east-1,us-west-2"

// RegionsFromEnv returns the Regions that RegionsVariable selects, in its order. It reads the
// variable through getenv, usually os.Getenv. The error has a line for each Region
// that is unknown or repeated.
func RegionsFromEnv(getenv func(string) string) ([]string, error) {
	var selected []string
	var errs []error
	for name := range strings.SplitSeq(cmp.Or(strings.TrimSpace(getenv(RegionsVariable)), DefaultRegions), ",") {
		name = strings.TrimSpace(name)
		if _, ok := Locate(name); !ok {
			errs = append(errs, fmt.Errorf("%s: unknown Region %q: use one of %s", RegionsVariable, name, strings.Join(Regions(), ", ")))
		}
		if slices.Contains(selected, name) {
			errs = append(errs, fmt.Errorf("%s: %s is listed twice: remove one", RegionsVariable, name))
		}
		selected = append(selected, name)
	}
	return selected, errors.Join(errs...)
}
